"""The ways out of a retry loop: success, the last failure, and failures not tried again."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from lever_fix.domains.retries.again import asks_again
from lever_fix.domains.retries.handlers import (
    OuterHandler,
    check_handlers,
    ending_of,
    fall_through,
    gives_up,
    guarded_too,
    outer_handlers,
    special_rejects,
)
from lever_fix.domains.retries.model import (
    Clause,
    NotRewritableError,
    RetryLoop,
)
from lever_fix.domains.retries.surroundings import Surroundings
from lever_fix.domains.retries.syntax import (
    called,
    is_log,
    jumps,
    just_raises,
    leaves,
    loaded,
    own,
    stored,
)
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes

FINAL_SLEEP = "after the last failure the loop sleeps once more for nothing, and tenacity does not"


@dataclass(frozen=True, eq=False)
class Finale:
    """How a retry ends.

    Attributes:
        kind: `raise` where the last failure comes out; `fall` where the loop just ends;
            `give-up` where a callback raises.
        gives: What a decorated function gives after the last failure, of `fall`.
        handlers: `except` clauses around the rewritten loop.
        inside: Statements after an attempt that worked, which can stand in it.
        after: Statements after an attempt that worked, which go behind the loop.
        returns: What follows the loop and goes into a decorated function.
        tail: Statements behind the loop that go with it.
        decorable: Whether a decorated function can end like this.
        falls: Whether a clause around the loop goes on behind it.
        sleeps: Whether the loop sleeps after the last failure.
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
    sleeps: bool = False
    doubts: tuple[str, ...] = ()


def finale_of(module: Module, retry: RetryLoop, around: Surroundings) -> Finale:
    """How a retry ends.

    Raises:
        NotRewritableError: It ends in a way that tenacity has no like of.
    """
    kinds, tail, body = _kinds(module, retry, around)
    ends = _passing(retry) if kinds == {"raise", "fall"} else ()
    if "fall" in kinds and len(kinds) > 1 and not ends:
        raise NotRewritableError("endings-differ", "the last failure leads to different things")
    custom = "custom" in kinds or any(special_rejects(retry, one) for one in retry.clauses)
    if custom and not body and gives_up(module, retry):
        return _giving_up(module, retry, around)
    handlers = ends or tuple(outer_handlers(module, retry, body, custom=custom))
    if retry.again and handlers and not ends:
        raise NotRewritableError("result-decides", "a clause around the loop would catch it, too")
    if retry.attempt.finalbody and (handlers or _acts_later(retry)):
        raise NotRewritableError("finally", "what a failure leads to would run after `finally`")
    if handlers and any(one.inside for one in retry.clauses):
        raise NotRewritableError(
            "clauses-twice", "there would be clauses in the loop and around it"
        )
    check_handlers(module, retry, handlers, custom=custom)
    inside, after = _success(module, retry, falls=kinds == {"fall"} or fall_through(handlers))
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
        falls=fall_through(handlers),
        sleeps=any(one.sleeps_at_end for one in retry.clauses),
        doubts=guarded_too(module, retry) if handlers else (),
    )


def _acts_later(retry: RetryLoop) -> bool:
    """Whether callbacks do anything."""
    steps = [step for one in retry.clauses for step in (*one.always, *one.between)]
    return any(step.kind in ("act", "log") for step in steps)


def _kinds(
    module: Module, retry: RetryLoop, around: Surroundings
) -> tuple[set[str], tuple[ast.stmt, ...], tuple[ast.stmt, ...]]:
    """The kinds of endings, statements behind the loop that go, and those that a handler gets."""
    kinds = {ending_of(retry, clause) for clause in retry.clauses}
    tail: tuple[ast.stmt, ...] = ()
    body: tuple[ast.stmt, ...] = ()
    if kinds == {"raise"} and loaded(around.following) & retry.stored:
        tail, body = _stored_raise(retry, around)
        if body:
            raise NotRewritableError("stored-error", "the stored exception is used later")
    if kinds == {"fall"}:
        tail, body = _stored_raise(retry, around)
        if not tail and _is_one_raise(module, retry, around):
            tail = body = around.following
        if body and any(one.rejects for one in retry.clauses):
            raise NotRewritableError("rejected-differs", "a rejected failure leads elsewhere")
        if tail and not body:
            kinds = {"raise"}
        elif body:
            kinds = {"custom"}
    if retry.again and (retry.stored or body):
        raise NotRewritableError("stored-error", "a bad result leaves no exception to raise")
    return kinds, tail, body


def _passing(retry: RetryLoop) -> tuple[OuterHandler, ...]:
    """The clause that ends a bad result, where the last failure is raised; none elsewhere."""
    falling = [one for one in retry.clauses if ending_of(retry, one) == "fall"]
    if len(falling) != 1 or not asks_again(falling[0]) or not all(map(just_raises, retry.others)):
        return ()
    if any(special_rejects(retry, one) for one in retry.clauses):
        return ()
    statements = ((ast.Pass(), frozenset[str]()),)
    return (OuterHandler(falling[0].handler.type, "", statements, retry),)


def _is_one_raise(module: Module, retry: RetryLoop, around: Surroundings) -> bool:
    """Whether a `raise` behind the loop has to give way to what follows success."""
    quiet = all(_is_quiet(module, one) for one in retry.success)
    return (
        not quiet
        and not retry.orelse
        and len(around.following) == 1
        and isinstance(around.following[0], ast.Raise)
    )


def _giving_up(module: Module, retry: RetryLoop, around: Surroundings) -> Finale:
    """An end that tenacity is told of by a callback, since rejected failures end otherwise."""
    inside, after = _success(module, retry, falls=False)
    _check_names(retry, around, retry.tail)
    decorable, returns, _ = _decorated(module, retry, around, "raise", retry.tail, inside)
    return Finale(
        "give-up",
        inside=inside,
        after=after,
        returns=returns,
        tail=retry.tail,
        decorable=decorable,
        sleeps=any(one.sleeps_at_end for one in retry.clauses),
    )


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
    if any(names - _stored_at_last(one) for one in retry.clauses):
        raise NotRewritableError("stored-error", "not every last failure is stored")
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


def _stored_at_last(clause: Clause) -> set[str]:
    """Variables that keep the last failure of a clause."""
    steps = (*clause.always, *clause.final.steps)
    return {
        name
        for step in steps
        if isinstance(step.node, ast.Assign)
        and isinstance(step.node.value, ast.Name)
        and step.node.value.id == clause.handler.name
        for name in stored([step.node])
    }


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
        if isinstance(node, ast.Global | ast.Nonlocal) and gone & set(node.names):
            raise NotRewritableError("used-later", "others see the variables of the loop")
        if not isinstance(node, ast.Name) or id(node) in mine or node.id not in gone:
            continue
        if isinstance(node.ctx, ast.Load) and _may_follow(around, retry, node):
            raise NotRewritableError("used-later", f"`{node.id}` is used behind the loop")
    others = [one for handler in retry.others for one in handler.body]
    tried = [*retry.lead, *retry.attempt.body, *retry.moved, *retry.success]
    loads = loaded([*tried, *retry.orelse, *others])
    if loads & (retry.temporaries - {*retry.head.counters}):
        name = min(loads & retry.temporaries)
        raise NotRewritableError("sets-variable", f"a failure changes `{name}`")


def _may_follow(around: Surroundings, retry: RetryLoop, node: ast.Name) -> bool:
    """Whether what a name reads may be what the loop left there."""
    if node.lineno > retry.loop.lineno:
        return True
    known = scopes(around.module)
    within = known.function_of(node) or around.module.tree
    if within is not around.function:
        return True  # a closure, which may be called in the loop
    outer = [one for one in known.ancestors(retry.loop) if isinstance(one, ast.For | ast.While)]
    return any(inner is node for one in outer for inner in ast.walk(one))


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
    tried = [*retry.attempt.body, *retry.moved]
    breaks = not leaves_by_return(module, [*tried, *inside])
    if retry.again:
        breaks = jumps(tried, ast.Break)
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
    return leaves(module, list(statements)) and not jumps(statements, ast.Break)
