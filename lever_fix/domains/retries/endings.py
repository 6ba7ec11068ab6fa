"""The ways out of a retry loop: success, the last failure, and failures not tried again."""

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
from lever_fix.domains.retries.predicates import catches_cancellation
from lever_fix.domains.retries.surroundings import Surroundings
from lever_fix.domains.retries.syntax import called, is_log, leaves, loaded, own, same, stored
from lever_fix.domains.retries.wording import as_is, either, naming, numbered, said
from lever_fix.semantics.module import Module

FINAL_SLEEP = "after the last failure the loop sleeps once more for nothing, and tenacity does not"


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


@dataclass(frozen=True, eq=False)
class Finale:
    """How a retry ends.

    Attributes:
        kind: `raise` where the last failure comes out; `fall` where the loop just ends.
        gives: What a decorated function gives after the last failure, of `fall`.
        handlers: `except` clauses around the rewritten loop.
        inside: Statements after an attempt that worked, which can stand in it.
        after: Statements after an attempt that worked, which go behind the loop.
        returns: What follows the loop and goes into a decorated function.
        tail: Statements behind the loop that go with it.
        decorable: Whether a decorated function can end like this.
        falls: Whether a clause around the loop goes on behind it.
        doubts: What could not be shown.
    """

    kind: str
    gives: str = "None"
    handlers: tuple[OuterHandler, ...] = ()
    inside: tuple[ast.stmt, ...] = ()
    after: tuple[ast.stmt, ...] = ()
    returns: tuple[ast.stmt, ...] = ()
    tail: tuple[ast.stmt, ...] = ()
    decorable: bool = True
    falls: bool = False
    doubts: tuple[str, ...] = ()


def finale_of(module: Module, retry: RetryLoop, around: Surroundings) -> Finale:
    """How a retry ends.

    Raises:
        NotRewritableError: It ends in a way that tenacity has no like of.
    """
    kinds = {_kind(retry, clause) for clause in retry.clauses}
    doubts = tuple([FINAL_SLEEP] if any(one.sleeps_at_end for one in retry.clauses) else [])
    tail: tuple[ast.stmt, ...] = ()
    body: tuple[ast.stmt, ...] = ()
    if kinds == {"raise"} and loaded(around.following) & retry.stored:
        tail, body = _stored_raise(retry, around)
        if body:
            raise NotRewritableError("stored-error", "the stored exception is used later")
    if kinds == {"fall"}:
        tail, body = _stored_raise(retry, around)
        if tail and not body:
            kinds = {"raise"}
        elif body:
            kinds = {"custom"}
    if "fall" in kinds and len(kinds) > 1:
        raise NotRewritableError("endings-differ", "the last failure leads to different things")
    custom = "custom" in kinds or any(_special(retry, one) for one in retry.clauses)
    handlers = tuple(_handlers(module, retry, body, custom=custom))
    _check_handlers(module, retry, handlers, custom=custom)
    inside, after = _success(module, retry, falls=kinds == {"fall"} or _falls(handlers))
    tail = (*tail, *retry.tail)
    _check_names(retry, around, tail)
    kind = "fall" if kinds == {"fall"} else "raise"
    decorable, returns, gives = _decorated(module, retry, around, kind, tail, inside)
    return Finale(
        kind=kind,
        gives=gives,
        handlers=handlers,
        inside=inside,
        after=after,
        returns=returns,
        tail=tail,
        decorable=decorable and not handlers,
        falls=_falls(handlers),
        doubts=doubts,
    )


def _kind(retry: RetryLoop, clause: Clause) -> str:
    """`raise`, `fall` or `custom`."""
    if retry.attempts is None and retry.head.deadline is None:
        return "raise"
    steps = [one for one in clause.final.steps if not _is_silent(retry, one)]
    ending = clause.final.ending
    if steps:
        return "custom"
    if ending.kind == "again":
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


def _special(retry: RetryLoop, clause: Clause) -> list[Reject]:
    """Conditions whose failures lead to something else than being raised as they are."""
    return [
        one
        for one in clause.rejects
        if not _reraises(retry, clause, one.ending) or any(s.kind != "assign" for s in one.steps)
    ]


def _is_silent(retry: RetryLoop, step: Step) -> bool:
    names = stored([step.node])
    return bool(names) and step.kind == "assign" and names <= retry.temporaries


def _stored_raise(
    retry: RetryLoop, around: Surroundings
) -> tuple[tuple[ast.stmt, ...], tuple[ast.stmt, ...]]:
    """Statements behind the loop that raise the stored exception, or another one from it.

    Returns:
        The statements that go, and those that a handler is to have instead.
    """
    names = retry.stored
    following = list(around.following)
    if not names or not loaded([*following, *retry.orelse]) & names:
        return (), ()
    if retry.orelse:
        raise NotRewritableError("stored-error", "`else` uses the stored exception")
    gone: list[ast.stmt] = []
    while following and isinstance(following[0], ast.Assert):
        gone.append(following.pop(0))
    if not following:
        raise NotRewritableError("stored-error", "the stored exception is used later")
    last = following[0]
    if isinstance(last, ast.If) and len(last.body) == 1 and not last.orelse:
        if not loaded([last.test]) <= names or loaded(following[1:]) & names:
            raise NotRewritableError("stored-error", "the stored exception is used later")
        gone.append(last)
        last = last.body[0]
    else:
        gone.append(last)
    match last:
        case ast.Raise(exc=ast.Name(id=name), cause=None) if name in names:
            return tuple(gone), ()
        case ast.Raise(exc=ast.Call(args=[_, ast.Name(id=name)]) as cast, cause=None):
            if name in names and called(around.module, cast) == "typing.cast":
                return tuple(gone), ()
    if not all(isinstance(one, ast.Raise | ast.Return) for one in following) or len(gone) != 1:
        raise NotRewritableError("stored-error", "the stored exception is used later")
    if any(clause.handler.type is None for clause in retry.clauses):
        raise NotRewritableError("stored-error", "the stored exception is used later")
    return tuple(gone), (last,)


def _handlers(
    module: Module, retry: RetryLoop, body: Sequence[ast.stmt], *, custom: bool
) -> Iterator[OuterHandler]:
    """The clauses around the rewritten loop, in their order; none where none is needed."""
    telling = [one for one in retry.others if not _just_raises(one)]
    if not telling and not custom:
        return
    clauses = {clause.handler: clause for clause in retry.clauses}
    for handler in retry.attempt.handlers:
        clause = clauses.get(handler)
        if clause is None:
            statements = tuple((one, frozenset[str]()) for one in handler.body)
            yield OuterHandler(handler.type, handler.name or "", statements, retry)
        elif _kind(retry, clause) != "fall" or body or _special(retry, clause):
            name = handler.name or (min(retry.stored) if body and retry.stored else "")
            yield OuterHandler(handler.type, name, tuple(_last(retry, clause, body)), retry)
    del module


def _just_raises(handler: ast.ExceptHandler) -> bool:
    match handler.body:
        case [ast.Raise(exc=None)]:
            return True
        case [ast.Raise(exc=ast.Name(id=name), cause=None)]:
            return name == handler.name
    return False


def _last(
    retry: RetryLoop, clause: Clause, body: Sequence[ast.stmt]
) -> Iterator[tuple[ast.stmt, frozenset[str]]]:
    """What happens after the last failure of a clause, and after one that is rejected."""
    if body:
        yield from ((one, frozenset[str]()) for one in body)
        return
    final = clause.final
    if _kind(retry, clause) in ("raise", "fall"):
        final = Path((), Ending("raise"))
    rejects = [
        one
        for one in clause.rejects
        if not (same(one.ending.node, final.ending.node) and _alike(retry, one, final))
        and not (final.ending.node is None and one not in _special(retry, clause))
    ]
    rejects = rejects if _special(retry, clause) or final.ending.node else []
    for reject in rejects:
        if not _is_pure(reject.test):
            raise NotRewritableError("asked-twice", "a question about a failure may have effects")
        if reject.test is not reject.node.test or not reject.holds or reject.node.orelse:
            raise NotRewritableError("rejected-differs", "a rejected failure leads elsewhere")
    steps = [step for step in final.steps if not _is_silent(retry, step)]
    wanted = loaded([*(step.node for step in steps), *(one.node for one in rejects)])
    if final.ending.node is not None:
        wanted |= loaded([final.ending.node])
    asked = [Step("act", one.node) for one in rejects]
    every = sorted(
        [*clause.always, *final.steps, *asked, *(s for one in rejects for s in one.before)],
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


def _is_pure(test: ast.expr) -> bool:
    """Whether a condition may be asked twice."""
    for node in ast.walk(test):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in _ASKING:
                continue
            case ast.Call(func=ast.Attribute(attr=name)) if name in _ASKING_METHODS:
                continue
            case ast.Call() | ast.Await() | ast.NamedExpr():
                return False
    return True


_ASKING = frozenset({"all", "any", "getattr", "hasattr", "int", "isinstance", "len", "str", "type"})
_ASKING_METHODS = frozenset({"casefold", "endswith", "get", "lower", "startswith", "upper"})


def _alike(retry: RetryLoop, reject: Reject, final: Path) -> bool:
    """Whether a rejected failure leads to what the last one leads to."""
    mine = [one for one in reject.steps if not _is_silent(retry, one)]
    steps = [one for one in final.steps if not _is_silent(retry, one)]
    return len(mine) == len(steps) and all(
        map(same, [s.node for s in mine], [s.node for s in steps])
    )


def _check_handlers(
    module: Module, retry: RetryLoop, handlers: Sequence[OuterHandler], *, custom: bool
) -> None:
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
        if loaded(nodes) & changing or any(isinstance(node, ast.Continue) for node in own(nodes)):
            raise NotRewritableError("counter-is-data", "a clause uses what the loop counts")
    if custom and retry.orelse:
        raise NotRewritableError("else", "`else` of the loop would be guarded as well")
    if retry.orelse and handlers:
        raise NotRewritableError("else", "`else` of the loop would be guarded as well")
    if any(not is_log(module, one) for one in retry.lead):
        raise NotRewritableError("lead", "what comes before the attempt would be guarded as well")
    for clause in retry.clauses:
        if any(step.kind == "act" for step in (*clause.always, *clause.between)) and any(
            not _is_update(retry, step)
            for step in (*clause.always, *clause.between)
            if step.kind == "act"
        ):
            raise NotRewritableError("cleanup", "what happens between attempts would be guarded")


def _is_update(retry: RetryLoop, step: Step) -> bool:
    names = stored([step.node])
    return bool(names) and names <= retry.temporaries


def _falls(handlers: Sequence[OuterHandler]) -> bool:
    """Whether a clause around the loop goes on behind it."""
    return any(not isinstance(one.statements[-1][0], ast.Raise | ast.Return) for one in handlers)


def _success(
    module: Module, retry: RetryLoop, *, falls: bool
) -> tuple[tuple[ast.stmt, ...], tuple[ast.stmt, ...]]:
    """What follows an attempt that worked: inside the attempt, or behind the loop."""
    statements = retry.success
    if not statements:
        return (), ()
    if all(_is_quiet(module, one) for one in statements):
        return statements, ()
    if falls or retry.orelse:
        raise NotRewritableError("success-unguarded", "what follows success would be guarded")
    if loaded(statements) & {*retry.head.counters, *retry.head.accumulators}:
        raise NotRewritableError("counter-is-data", "what follows success uses a count")
    if not leaves(module, list(statements)):
        raise NotRewritableError("result-decides", "the result decides whether it is tried again")
    *first, last = statements
    if any(isinstance(node, ast.Break) for one in first for node in own([one])):
        raise NotRewritableError("success-unguarded", "what follows success breaks in two places")
    if isinstance(last, ast.Break):
        return (), tuple(first)
    return (), tuple(statements)


def _is_quiet(module: Module, node: ast.stmt) -> bool:
    """Whether a statement surely raises nothing."""
    match node:
        case ast.Break() | ast.Pass() | ast.Return(value=None):
            return True
        case ast.Return(value=ast.Name() | ast.Constant()):
            return True
    return is_log(module, node)


def _check_names(retry: RetryLoop, around: Surroundings, tail: Sequence[ast.stmt]) -> None:
    """Refuse a loop whose variables are read when it is over."""
    gone = {*retry.head.counters, *retry.head.accumulators, *retry.temporaries, *retry.stored}
    if retry.head.delays:
        gone.add(retry.head.delays[0])
    mine = {id(node) for node in ast.walk(retry.loop)}
    mine |= {id(node) for one in (*tail, *around.obsolete) for node in ast.walk(one)}
    for node in ast.walk(around.function):
        if not isinstance(node, ast.Name) or id(node) in mine or node.id not in gone:
            continue
        if node.lineno > retry.loop.lineno and isinstance(node.ctx, ast.Load):
            raise NotRewritableError("used-later", f"`{node.id}` is used behind the loop")
    loads = loaded(retry.attempt.body)
    if loads & (retry.temporaries - {*retry.head.counters}):
        name = min(loads & retry.temporaries)
        raise NotRewritableError("sets-variable", f"a failure changes `{name}`")


def _decorated(
    module: Module,
    retry: RetryLoop,
    around: Surroundings,
    kind: str,
    tail: Sequence[ast.stmt],
    inside: Sequence[ast.stmt],
) -> tuple[bool, tuple[ast.stmt, ...], str]:
    """Whether a decorated function may end like this, what it returns, and what after failing."""
    following = [one for one in around.following if not any(one is gone for gone in tail)]
    breaks = not leaves_by_return(module, [*retry.attempt.body, *inside])
    if retry.orelse:
        return False, (), "None"
    if kind == "raise":
        if not breaks:
            return True, (), "None"
        if not following:
            return True, (), "None"
        plain = len(following) == 1 and _is_quiet(module, following[0])
        return plain, tuple(following), "None"
    if breaks:
        return not following, (), "None"
    match following:
        case []:
            return True, (), "None"
        case [ast.Return(value=None)]:
            return True, (), "None"
        case [ast.Return(value=ast.Constant() as value)]:
            return True, (), ast.unparse(value)
    return False, (), "None"


def leaves_by_return(module: Module, statements: Sequence[ast.stmt]) -> bool:
    """Whether an attempt that works returns, rather than breaks."""
    from lever_fix.domains.retries.syntax import jumps

    return leaves(module, list(statements)) and not jumps(statements, ast.Break)
