"""`except` clauses around a rewritten loop: for the last failure, and for those not tried again."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lever_fix.domains.retries.model import (
    Clause,
    Ending,
    NotRewritableError,
    Path,
    Reject,
    RetryLoop,
    Step,
)
from lever_fix.domains.retries.predicates import asked_of, catches_cancellation
from lever_fix.domains.retries.syntax import is_log, is_pure, just_raises, loaded, own, same, stored
from lever_fix.domains.retries.wording import as_is, either, naming, numbered, said
from lever_fix.semantics.module import Module


@dataclass(frozen=True, eq=False)
class OuterHandler:
    """An `except` clause around the rewritten loop.

    Attributes:
        type: What it catches.
        name: What it calls the exception.
        statements: What it does.
        retry: The retry.
        bumped: Counters bumped when it runs.
    """

    type: ast.expr | None
    name: str
    statements: tuple[tuple[ast.stmt, frozenset[str]], ...]
    retry: RetryLoop

    def text(self, module: Module, indent: str, unit: str, attempt: str) -> str:
        """The clause."""
        kind = f" {ast.unparse(self.type)}" if self.type is not None else ""
        read = loaded([statement for statement, _ in self.statements])
        name = f" as {self.name}" if self.name and read & {self.name, *self.retry.stored} else ""
        lines = [f"{indent}except{kind}{name}:"]
        for statement, bumped in self.statements:
            if isinstance(statement, ast.Raise) and not hasattr(statement, "lineno"):
                lines.append(f"{indent}{unit}raise")
                continue
            if isinstance(statement, ast.Pass) and not hasattr(statement, "lineno"):
                lines.append(f"{indent}{unit}pass")
                continue
            number = f"{attempt}.retry_state.attempt_number"
            say = numbered(self.retry.head.counters, bumped, number)
            renamed = naming(dict.fromkeys(self.retry.stored, self.name)) if self.name else as_is
            lines.append(said(module, [statement], indent + unit, either(renamed, say)))
        return "\n".join(lines)


def ending_of(retry: RetryLoop, clause: Clause) -> str:
    """`raise`, `fall` or `custom`."""
    if retry.attempts is None and retry.head.deadline is None:
        return "raise"
    steps = [one for one in clause.final.steps if not _is_silent(retry, one)]
    ending = clause.final.ending
    if steps:
        return "custom"
    if ending.kind == "again" or (ending.kind == "break" and not retry.orelse):
        return "fall"
    return "raise" if _reraises(retry, clause, ending) else "custom"


def _reraises(retry: RetryLoop, clause: Clause, ending: Ending) -> bool:
    """Whether a way out raises just the exception that was caught."""
    if not isinstance(ending.node, ast.Raise):
        return False
    raised = ending.node.exc
    names = {clause.handler.name, *retry.stored}
    return raised is None or (
        isinstance(raised, ast.Name) and raised.id in names and ending.node.cause is None
    )


def special_rejects(retry: RetryLoop, clause: Clause) -> list[Reject]:
    """Conditions whose failures lead to something else than being raised as they are."""
    return [
        one
        for one in clause.rejects
        if not _reraises(retry, clause, one.ending) or any(s.kind != "assign" for s in one.steps)
    ]


def _is_silent(retry: RetryLoop, step: Step) -> bool:
    names = stored([step.node])
    return bool(names) and step.kind == "assign" and names <= retry.temporaries


def outer_handlers(
    module: Module, retry: RetryLoop, body: Sequence[ast.stmt], *, custom: bool
) -> Iterator[OuterHandler]:
    """The clauses around the rewritten loop, in their order; none where none is needed."""
    telling = [one for one in retry.others if not just_raises(one)]
    if not telling and not custom:
        return
    clauses = {clause.handler: clause for clause in retry.clauses}
    for handler in retry.attempt.handlers:
        clause = clauses.get(handler)
        if clause is None:
            statements = tuple((one, frozenset[str]()) for one in handler.body)
            yield OuterHandler(handler.type, handler.name or "", statements, retry)
        elif ending_of(retry, clause) != "fall" or body or special_rejects(retry, clause):
            name = handler.name or (min(retry.stored) if body and retry.stored else "")
            yield OuterHandler(handler.type, name, tuple(_last(retry, clause, body)), retry)
    del module


def _last(
    retry: RetryLoop, clause: Clause, body: Sequence[ast.stmt]
) -> Iterator[tuple[ast.stmt, frozenset[str]]]:
    """What happens after the last failure of a clause, and after one that is rejected."""
    if body:
        yield from ((one, frozenset[str]()) for one in body)
        return
    final, rejects = _ended(retry, clause)
    every, needed = _needed(retry, clause, final, rejects)
    bumped: frozenset[str] = frozenset()
    for step in needed:
        yield step.node, step.bumped
        bumped = step.bumped
    for step in [*every, *clause.between]:
        bumped |= step.bumped
    if final.ending.kind in ("raise", "return", "exit") and final.ending.node is not None:
        yield final.ending.node, bumped
    elif final.ending.kind == "raise":
        yield ast.Raise(), frozenset()
    elif not needed:
        yield ast.Pass(), bumped


def _ended(retry: RetryLoop, clause: Clause) -> tuple[Path, list[Reject]]:
    """How a clause ends after its last failure, and its rejections that end otherwise.

    Raises:
        NotRewritableError: A rejection cannot be asked about again.
    """
    final = clause.final
    plainly = ending_of(retry, clause) in ("raise", "fall")
    if plainly:
        final = Path((), Ending("raise"))
    rejects = [
        one
        for one in clause.rejects
        if not (same(one.ending.node, final.ending.node) and _alike(retry, one, final))
        and not (plainly and one not in special_rejects(retry, clause))
    ]
    rejects = rejects if special_rejects(retry, clause) or not plainly else []
    for reject in rejects:
        if not is_pure(asked_of(reject)):
            raise NotRewritableError("asked-twice", "a question about a failure may have effects")
        if reject.test is not reject.node.test or not reject.holds or reject.node.orelse:
            raise NotRewritableError("rejected-differs", "a rejected failure leads elsewhere")
    return final, rejects


def _needed(
    retry: RetryLoop, clause: Clause, final: Path, rejects: Sequence[Reject]
) -> tuple[list[Step], list[Step]]:
    """The steps of a clause in source order, and those of them that its end needs."""
    steps = [step for step in final.steps if not _is_silent(retry, step)]
    ends = [final.ending.node] if final.ending.node is not None else []
    wanted = loaded([*(step.node for step in steps), *(one.node for one in rejects), *ends])
    asked = [Step("act", one.node) for one in rejects]
    every = sorted(
        [*clause.always, *final.steps, *asked, *_before(clause, rejects)],
        key=lambda step: step.node.lineno,
    )
    steps += asked
    needed: list[Step] = []
    for step in reversed(every):
        if any(step is one for one in steps):
            needed.insert(0, step)
        elif any(step.node is one.node for one in needed):
            continue
        elif step.kind == "assign" and stored([step.node]) & wanted - retry.stored:
            needed.insert(0, step)
            wanted |= loaded([step.node])
    return every, needed


def _before(clause: Clause, rejects: Sequence[Reject]) -> Iterator[Step]:
    """What happens before failures are rejected, other than in a clause that stays."""
    for step in (step for one in rejects for step in one.before):
        if not any(step is one for one in clause.inside):
            yield step


def gives_up(module: Module, retry: RetryLoop) -> bool:
    """Whether a callback has to do what the last failure leads to.

    A clause around the loop would have to ask once more whether a failure was the last one or was
    rejected, and asking may have effects.
    """
    if len(retry.clauses) != 1 or any(not just_raises(one) for one in retry.others):
        return False
    (clause,) = retry.clauses
    asked = [one for one in clause.rejects if not is_pure(asked_of(one))]
    return (
        bool(asked)
        and not special_rejects(retry, clause)
        and (isinstance(clause.final.ending.node, ast.Raise) or clause.final.ending.kind == "again")
        and not _alike(retry, clause.rejects[0], clause.final)
    )


def _alike(retry: RetryLoop, reject: Reject, final: Path) -> bool:
    """Whether a rejected failure leads to what the last one leads to."""
    mine = [one for one in reject.steps if not _is_silent(retry, one)]
    steps = [one for one in final.steps if not _is_silent(retry, one)]
    return len(mine) == len(steps) and all(
        map(same, [s.node for s in mine], [s.node for s in steps])
    )


def check_handlers(
    module: Module, retry: RetryLoop, handlers: Sequence[OuterHandler], *, custom: bool
) -> None:
    """Refuse clauses around the loop that would catch more than those in it did.

    Raises:
        NotRewritableError: They would.
    """
    if not handlers:
        return
    for one in handlers:
        raises_only = len(one.statements) == 1 and isinstance(one.statements[0][0], ast.Raise)
        bare = raises_only and getattr(one.statements[0][0], "exc", None) is None
        if catches_cancellation(module, one.type) and not bare:
            raise NotRewritableError("catches-cancellation", "a clause catches what a sleep raises")
        nodes = [statement for statement, _ in one.statements]
        changing = {*retry.head.accumulators}
        if retry.head.delays:
            changing.add(retry.head.delays[0])
        counted = stored(nodes) & retry.head.counters.keys()
        if (
            counted
            or loaded(nodes) & changing
            or any(isinstance(node, ast.Continue) for node in own(nodes))
        ):
            raise NotRewritableError("counter-is-data", "a clause uses what the loop counts")
    if custom and retry.orelse:
        raise NotRewritableError("else", "`else` of the loop would be guarded as well")
    if retry.orelse and handlers:
        raise NotRewritableError("else", "`else` of the loop would be guarded as well")


def guarded_too(module: Module, retry: RetryLoop) -> tuple[str, ...]:
    """What clauses around the loop guard that those in it did not, in words."""
    steps = [step for one in retry.clauses for step in (*one.always, *one.between)]
    acts = [
        one.node
        for one in steps
        if one.kind == "act" and not _is_update(retry, one) and not _is_plain_setting(one.node)
    ]
    acts += [one for one in retry.lead if not is_log(module, one)]
    if not acts:
        return ()
    text = ast.unparse(acts[0]).split("\n", 1)[0]
    return (f"a failure of `{text}` came out of the loop, and is now taken for one of an attempt",)


def _is_plain_setting(node: ast.stmt) -> bool:
    """Whether a statement only sets an attribute to what is known."""
    match node:
        case ast.Assign(targets=[ast.Attribute()], value=ast.Constant() | ast.Name()):
            return True
    return False


def _is_update(retry: RetryLoop, step: Step) -> bool:
    names = stored([step.node])
    return bool(names) and names <= retry.temporaries


def fall_through(handlers: Sequence[OuterHandler]) -> bool:
    """Whether a clause around the loop goes on behind it."""
    return any(not isinstance(one.statements[-1][0], ast.Raise | ast.Return) for one in handlers)
