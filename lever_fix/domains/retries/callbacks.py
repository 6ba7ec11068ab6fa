"""What happens between attempts, as functions that tenacity calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lever_fix.domains.retries.delays import STATE
from lever_fix.domains.retries.layout import fitted, indented
from lever_fix.domains.retries.model import Clause, NotRewritableError, RetryLoop, Step
from lever_fix.domains.retries.predicates import type_texts
from lever_fix.domains.retries.syntax import called, is_log, is_pure, loaded, own, same, stored
from lever_fix.domains.retries.wording import (
    Saying,
    comparing,
    either,
    naming,
    numbered,
    said,
    said_inline,
)
from lever_fix.knowledge.retry_facts import IN_HANDLER
from lever_fix.semantics.module import Module

_LAMBDA = len("before_sleep=lambda retry_state: ,")

OUTCOME = f"{STATE}.outcome.exception()"


@dataclass(frozen=True)
class Callback:
    """A function to be called between attempts.

    Attributes:
        body: Its statements at indentation 0, what they need in front; empty for a lambda.
        inline: The expression that it is, where a lambda reads better.
        reads: Names of the program that it reads.
        awaits: True where it has to be `async def`.
        logs: True where all it does is to write log lines.
    """

    body: str
    inline: str
    reads: frozenset[str]
    awaits: bool
    logs: bool


@dataclass(frozen=True, eq=False)
class Setting:
    """What every piece of text depends on.

    Attributes:
        module: The module.
        retry: The retry.
        typed: Whether the function around it has annotations, so that a type checker looks at it.
        unit: One level of indentation.
        width: Columns that there are for a callback's body.
        keeps_sleep: Whether the sleep after the last failure is kept.
    """

    module: Module
    retry: RetryLoop
    typed: bool
    unit: str = "    "
    width: int = 80
    keeps_sleep: bool = False


def callback(
    setting: Setting, which: Callable[[Clause], Sequence[Step]], *, after: bool
) -> Callback | None:
    """The function for `after=` or `before_sleep=`; None where nothing happens there.

    Args:
        setting: What the text depends on.
        which: Picks the steps of a clause.
        after: Whether it runs after every failure, before the delay is known.

    Raises:
        NotRewritableError: What happens there only works inside the handler.
    """
    clauses = setting.retry.clauses
    parts = [_Part(setting, clause, which(clause), after) for clause in clauses]
    if not any(part.visible for part in parts):
        return None
    first = parts[0]
    alike = all(
        part.clause.handler.name == first.clause.handler.name
        and len(part.visible) == len(first.visible)
        and all(same(a.node, b.node) for a, b in zip(part.visible, first.visible, strict=True))
        for part in parts
    )
    if alike:
        return _single(setting, first, clauses)
    if setting.retry.again:
        raise NotRewritableError("result-decides", "a failure and a bad result lead elsewhere")
    return _dispatched(setting, parts)


@dataclass(frozen=True, eq=False)
class _Part:
    """The steps of one clause that a callback takes over."""

    setting: Setting
    clause: Clause
    steps: Sequence[Step]
    after: bool

    @property
    def visible(self) -> list[Step]:
        """The steps that do something, and the assignments that they need."""
        doing = [step for step in self.steps if not self._is_silent(step)]
        wanted = loaded([step.node for step in doing])
        values = {*self.said_names}
        kept: list[Step] = []
        earlier = [*self.clause.always, *self.clause.between]
        for step in reversed(earlier):
            if any(step is one for one in doing):
                kept.insert(0, step)
            elif self._assigns(step) & wanted - values:
                self._check_once(step)
                kept.insert(0, step)
                wanted |= loaded([step.node])
        return kept if doing else []

    def _check_once(self, step: Step) -> None:
        """Refuse a value that the delay needs as well, and that is another one if asked twice."""
        delay = self.clause.delay
        if delay is None or delay.delay is None or not isinstance(step.node, ast.Assign):
            return
        wanted = loaded([delay.delay])
        for one in reversed((*self.clause.always, *self.clause.between)):
            if self._assigns(one) & wanted:
                wanted |= loaded([one.node])
        if stored([step.node]) & wanted and not is_pure(step.node.value):
            raise NotRewritableError("delay-logged", "the delay is asked for, and told, once only")

    def _assigns(self, step: Step) -> set[str]:
        return stored([step.node]) if self._is_silent(step) else set()

    def _is_silent(self, step: Step) -> bool:
        """Whether a step only sets a variable that nothing reads once the loop is gone."""
        if step.kind == "assign":
            return stored([step.node]) <= self.setting.retry.temporaries
        if isinstance(step.node, ast.AugAssign):
            return stored([step.node]) <= self.setting.retry.temporaries
        return False

    @property
    def said_names(self) -> dict[str, str]:
        """Variables that a callback knows by other names: the delay."""
        delay = self.clause.delay
        if delay is None or delay.delay is None or not isinstance(delay.delay, ast.Name):
            return {}
        name = delay.delay.id
        if name in self.setting.retry.head.counters:
            return {}
        return {} if self.after else {name: f"{STATE}.upcoming_sleep"}


def _single(setting: Setting, part: _Part, clauses: Sequence[Clause]) -> Callback:
    steps = part.visible
    _check(setting, part, steps)
    guards = [ast.Expr(step.guard) for step in steps if step.guard is not None]
    if error_named(part) in loaded(guards):
        raise NotRewritableError("handler-branches", "the branches of a handler differ")
    error = part.clause.handler.name or ""
    uses = _uses(steps, error) + _implicit(setting, steps)
    attribute = _looks_into(steps, error) and setting.typed
    reads = _reads(setting, part, steps, error)
    awaits = any(isinstance(node, ast.Await) for step in steps for node in own([step.node]))
    logs = all(step.kind in ("log", "assign") for step in steps)
    bind = bool(error) and (_uses(steps, error) > 1 or attribute or len(steps) > 1) and uses > 0
    bind = bind and _uses(steps, error) > 0
    lines: list[str] = []
    if uses and setting.typed:
        lines.append(f"assert {STATE}.outcome is not None")
    if bind:
        lines.append(f"{error} = {OUTCOME}")
    if attribute:
        lines.append(f"assert isinstance({error}, {types_of(clauses)})")
    shown = {} if bind or not error else {error: OUTCOME}
    body = [_said(part, step, shown, error if bind else OUTCOME) for step in steps]
    inline = ""
    if len(steps) == 1 and not lines and not awaits and isinstance(steps[0].node, ast.Expr):
        short = (
            "\n" not in body[0]
            and steps[0].guard is None
            and len(body[0]) + _LAMBDA <= setting.width
        )
        inline = body[0] if short and "#" not in body[0] else ""
    return Callback("\n".join([*lines, *body]), inline, reads, awaits, logs)


def giving_up(setting: Setting, clause: Clause) -> Callback:
    """The function for `retry_error_callback=`: what the last failure leads to, and raises."""
    error = clause.handler.name or "error"
    ending = clause.final.ending.node
    part = _Part(setting, clause, clause.final.steps, after=True)
    doing = [one for one in clause.final.steps if not part._is_silent(one)]
    wanted = loaded([*(one.node for one in doing), *([ending] if ending else [])])
    steps: list[Step] = []
    for step in reversed([*clause.always, *clause.final.steps]):
        if any(step is one for one in doing) or part._assigns(step) & wanted:
            steps.insert(0, step)
            wanted |= loaded([step.node])
    _check(setting, part, steps)
    lines = [f"assert {STATE}.outcome is not None"] if setting.typed else []
    lines.append(f"{error} = {OUTCOME}")
    if setting.typed:
        lines.append(f"assert isinstance({error}, {types_of([clause])})")
    lines += [_said(part, step, {}, error) for step in steps]
    reads = _reads(setting, part, steps, error)
    match ending:
        case ast.Raise(exc=None):
            lines.append(f"raise {error}")
        case ast.Raise():
            bumped = clause.final.steps[-1].bumped if clause.final.steps else frozenset()
            step = Step("act", ending, bumped | setting.retry.head.counters.keys())
            if loaded([ending]) & setting.retry.head.counters.keys():
                raise NotRewritableError("counter-is-data", "the last failure tells a count")
            lines.append(_said(part, step, {}, error))
            reads |= _reads(setting, part, [step], error)
    awaits = any(isinstance(node, ast.Await) for step in steps for node in own([step.node]))
    return Callback("\n".join(lines), "", reads, awaits, False)


def error_named(part: _Part) -> str:
    """What the clause of a part calls its exception."""
    return part.clause.handler.name or ""


def _dispatched(setting: Setting, parts: Sequence[_Part]) -> Callback:
    """One function for several clauses, told apart by the type of the exception."""
    lines = [f"assert {STATE}.outcome is not None"] if setting.typed else []
    names = {part.clause.handler.name or "" for part in parts if part.visible} - {""}
    if len(names) > 1:
        raise NotRewritableError("handler-names", "the exception has several names")
    error = next(iter(names), "error")
    lines.append(f"{error} = {OUTCOME}")
    reads: set[str] = set()
    awaits, logs, word = False, True, "if"
    for part in parts:
        steps = part.visible
        _check(setting, part, steps)
        reads |= _reads(setting, part, steps, error)
        reads |= loaded([part.clause.handler.type or ast.Pass()])
        awaits |= any(isinstance(n, ast.Await) for step in steps for n in own([step.node]))
        logs &= all(step.kind in ("log", "assign") for step in steps)
        test = f"isinstance({error}, {types_of([part.clause])})"
        if not steps and part is parts[-1]:
            continue
        lines.append(f"{word} {test}:")
        word = "elif"
        rows = [_said(part, step, {}, error) for step in steps] or ["pass"]
        lines += [indented(row, setting.unit) for row in rows]
    return Callback("\n".join(lines), "", frozenset(reads - {error}), awaits, logs)


def _said(part: _Part, step: Step, shown: dict[str, str], error: str) -> str:
    """One step as a statement of a callback."""
    setting = part.setting
    extra = _extra(setting, step, error)
    saying = _saying(part, step, shown)
    text = said(setting.module, [step.node], "", saying, extra)
    if step.guard is None:
        return fitted(text, setting.width)
    inner = indented(fitted(text, setting.width - 4), setting.unit)
    return f"if {said_inline(setting.module, step.guard, saying)}:\n{inner}"


def _saying(part: _Part, step: Step, shown: dict[str, str]) -> Saying:
    head = part.setting.retry.head
    number = f"{STATE}.attempt_number"
    if step.ahead:
        number = f"{STATE}.attempt_number + 1"
        if loaded([step.node]) & head.counters.keys():
            raise NotRewritableError("counter-ahead", "the number of the next attempt is used")
    return either(
        naming({**shown, **part.said_names}),
        comparing(head.counters, step.bumped, number),
        numbered(head.counters, step.bumped, number),
    )


def _extra(setting: Setting, step: Step, error: str) -> list[tuple[int, int, str]]:
    """`exc_info=` said in a way that works outside the handler."""
    changes: list[tuple[int, int, str]] = []
    for node in own([step.node]):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        given = [one for one in node.keywords if one.arg == "exc_info"]
        if given and isinstance(given[0].value, ast.Constant) and given[0].value.value is True:
            span = setting.module.span(given[0].value)
            changes.append((span.start, span.end, error))
        elif node.func.attr == "exception" and not given and _is_log_call(setting, node):
            span = setting.module.span(node)
            before = setting.module.text[: span.end - 1].rstrip()
            comma = "" if before.endswith((b",", b"(")) else ","
            changes.append((len(before), len(before), f"{comma} exc_info={error}"))
    return changes


def _implicit(setting: Setting, steps: Sequence[Step]) -> int:
    return sum(len(_extra(setting, step, "error")) for step in steps)


def _is_log_call(setting: Setting, node: ast.Call) -> bool:
    return is_log(setting.module, ast.Expr(node))


def _uses(steps: Sequence[Step], error: str) -> int:
    return sum(
        isinstance(node, ast.Name) and node.id == error and isinstance(node.ctx, ast.Load)
        for step in steps
        for node in ast.walk(step.node)
    )


def _looks_into(steps: Sequence[Step], error: str) -> bool:
    """Whether the exception is asked for more than any exception has, as a type checker sees it."""
    return any(
        isinstance(one, ast.Name) and one.id == error
        for step in steps
        for node in ast.walk(step.node)
        for one in _operands(step, node)
    )


def _operands(step: Step, node: ast.AST) -> Iterator[ast.AST]:
    """Expressions whose exact type matters to what a node does with them."""
    match node:
        case ast.Attribute(value=value, attr=name) if not name.startswith("__"):
            yield value
        case ast.Subscript(value=value):
            yield value
        case ast.Call(func=ast.Name(id=name)) if name in _HARMLESS:
            return
        case ast.Call(args=args, keywords=keywords) if step.kind != "log":
            yield from args
            yield from (one.value for one in keywords)


_HARMLESS = frozenset({"str", "repr", "type", "print", "isinstance"})


def _reads(setting: Setting, part: _Part, steps: Sequence[Step], error: str) -> frozenset[str]:
    head = setting.retry.head
    known = {error, *head.counters, *part.said_names}
    for step in steps:
        if part._is_silent(step):
            known |= stored([step.node])
    guards = [step.guard for step in steps if step.guard is not None]
    names = loaded([*(step.node for step in steps), *guards]) - known
    listed = {head.delays[0]} if head.delays else set()
    if names & {*head.accumulators, *listed}:
        raise NotRewritableError("delay-logged", "the growing delay is used for more than sleeping")
    for step in steps:
        for name in loaded([step.node]) & head.counters.keys():
            counter = head.counters[name]
            names |= {text.lstrip("^").partition(".")[0] for text, _ in counter.start.terms}
    return frozenset(names)


def _check(setting: Setting, part: _Part, steps: Sequence[Step]) -> None:
    """Refuse what only works inside the `except` block, or changes variables of the function."""
    for step in steps:
        if not part._is_silent(step) and stored([step.node]):
            name = min(stored([step.node]))
            raise NotRewritableError("sets-variable", f"a failure changes `{name}`")
        for node in ast.walk(step.node):
            if isinstance(node, ast.Call) and called(setting.module, node) in IN_HANDLER:
                raise NotRewritableError("needs-handler", "it asks which exception is handled")
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "super":
                raise NotRewritableError("needs-handler", "`super()` only works in the method")


def types_of(clauses: Sequence[Clause]) -> str:
    """The exceptions that clauses catch, as `isinstance` takes them."""
    texts = type_texts([one.handler.type for one in clauses])
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
