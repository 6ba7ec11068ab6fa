"""Clauses that stay around an attempt: they see each failure, and raise it again.

What a handler does before it is clear whether there is another attempt can stay where it is, as
long as the exception goes on to tenacity: `except OSError as error: log(error); raise`. The order
of events is that of the loop to the letter, and whatever needs the handler, such as
`sys.exc_info()` or a variable of the function, works.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from lever_fix.domains.retries.layout import indented
from lever_fix.domains.retries.model import Clause, NotRewritableError, RetryLoop, Step
from lever_fix.domains.retries.syntax import (
    asks,
    assigned,
    called,
    is_log,
    is_pure,
    just_raises,
    loaded,
    own,
    stored,
    written_out,
)
from lever_fix.domains.retries.wording import Saying, said, said_inline
from lever_fix.knowledge.retry_facts import IN_HANDLER
from lever_fix.semantics.module import Module


def keeps(retry: RetryLoop) -> bool:
    """Whether something of the `try` statement stays."""
    return bool(retry.attempt.finalbody) or any(one.inside for one in retry.clauses)


def guarded(
    module: Module,
    retry: RetryLoop,
    body: str,
    indent: str,
    unit: str,
    saying: Callable[[frozenset[str]], Saying],
) -> str:
    """An attempt with the clauses around it that stay.

    Args:
        module: The module.
        retry: The retry.
        body: The attempt, at the indentation that it has in a `try`.
        indent: The indentation of the `try`.
        unit: One level of indentation.
        saying: What to say differently, by the counters that are bumped.
    """
    lines = [f"{indent}try:", body]
    for handler, steps in _handlers(retry):
        lines.append(f"{indent}{_header(module, handler, steps)}")
        lines += [_text(module, one, indent + unit, unit, saying) for one in steps]
        lines.append(f"{indent}{unit}raise")
    if retry.attempt.finalbody:
        lines.append(f"{indent}finally:")
        lines.append(said(module, retry.attempt.finalbody, indent + unit, saying(frozenset())))
    return "\n".join(lines)


def _header(module: Module, handler: ast.ExceptHandler, steps: Sequence[Step]) -> str:
    """The line that starts a clause, with the comment on it."""
    if not handler.body:
        return f"except {ast.unparse(handler.type)}:" if handler.type else "except:"
    start, first = module.span(handler).start, module.span(handler.body[0]).start
    text = module.view[start : max(start, module.view.rfind(b"\n", start, first))].decode()
    line, _, rest = text.partition("\n")
    used = handler.name in loaded([one.node for one in steps])
    if line and not rest.strip() and (used or not handler.name):
        return line.rstrip()
    name = f" as {handler.name}" if used else ""
    kind = f" {ast.unparse(handler.type)}" if handler.type is not None else ""
    return f"except{kind}{name}:"


def _handlers(retry: RetryLoop) -> Iterator[tuple[ast.ExceptHandler, Sequence[Step]]]:
    """The clauses that stay, and those in front of them, which would be taken for them."""
    kept = {one.handler: one.inside for one in retry.clauses if one.inside}
    handlers = retry.attempt.handlers
    last = max((at for at, one in enumerate(handlers) if one in kept), default=-1)
    between = [one for one in handlers[:last] if one in retry.others and not just_raises(one)]
    if between:
        raise NotRewritableError("handler-order", "clauses of both kinds alternate")
    for one in handlers[: last + 1]:
        steps = kept.get(one, ())
        yield (one if steps else ast.ExceptHandler(one.type, None, [])), steps


def _text(
    module: Module, step: Step, indent: str, unit: str, saying: Callable[[frozenset[str]], Saying]
) -> str:
    text = said(module, [step.node], indent, saying(step.bumped))
    if step.guard is None:
        return text
    test = said_inline(module, step.guard, saying(step.bumped))
    return f"{indent}if {test}:\n{indented(text, unit)}"


def pruned(clauses: Sequence[Clause], elsewhere: Collection[str]) -> list[Clause]:
    """The clauses without what they only set for what is gone, such as the length of the delay.

    Args:
        clauses: The clauses.
        elsewhere: Names that the function reads outside of them.

    Raises:
        NotRewritableError: A clause asks for something that would have to be asked twice.
    """
    return [_pruned(one, elsewhere) for one in clauses]


def _pruned(clause: Clause, elsewhere: Collection[str]) -> Clause:
    ending = clause.final.ending.node
    delay = clause.delay
    if delay is not None and delay.delay is not None:
        delay = replace(delay, delay=written_out(delay.delay, assigned(clause.inside)))
    waits = loaded([delay.delay]) if delay and delay.delay else set()
    steps = [one.node for one in (*clause.between, *clause.final.steps)]
    wanted = {*elsewhere, *loaded([*steps, *([ending] if ending else [])])}
    kept: list[Step] = []
    for step in reversed(clause.inside):
        needed = waits if isinstance(step.node, ast.Import | ast.ImportFrom) else set()
        if step.kind != "assign" or stored([step.node]) & (wanted | needed):
            kept.insert(0, step)
            guards = [step.guard] if step.guard is not None else []
            wanted |= loaded([step.node, *guards])
    twice = loaded([one.test for one in clause.rejects])
    if clause.delay is not None and clause.delay.delay is not None:
        twice |= loaded([clause.delay.delay])
    for step in reversed(kept):
        if step.kind == "assign" and stored([step.node]) & twice:
            twice |= loaded([step.node])
            if not is_pure(step.node):
                raise NotRewritableError("asked-twice", "what is asked twice may have effects")
    return replace(clause, inside=tuple(kept), delay=delay)


def _may_fail(module: Module, step: Step) -> bool:
    """Whether a step may raise something itself, log lines aside."""
    for node in own([step.node]):
        match node:
            case ast.Call() if called(module, node) in IN_HANDLER:
                continue
            case ast.Call() if not is_log(module, ast.Expr(node)) and not asks(node):
                return True
            case ast.Await() | ast.Subscript():
                return True
    return False


def guarded_anew(module: Module, retry: RetryLoop) -> tuple[str, ...]:
    """What clauses do whose failure would now be tried again, in words."""
    found = []
    for step in (step for one in retry.clauses for step in one.inside):
        if not _may_fail(module, step):
            continue
        text = ast.unparse(step.node).split("\n", 1)[0]
        found.append(f"a failure of `{text}` came out of the loop, and may now be tried again")
    if retry.attempt.finalbody:
        found.append("`finally` runs before the delay, and ran after it")
    return tuple(found)
