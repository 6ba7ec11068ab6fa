"""Walk through a function as it runs, and note what each local holds and what happens.

An abstract interpreter over the stdlib tree: branches are both taken and their locals joined, a
loop body is walked once, a project function that is called is walked with what it is given, to a
depth of three. What it does not understand is `None`, never a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from lever_fix.domains.orm.join import join
from lever_fix.domains.orm.queries import iterated
from lever_fix.domains.orm.trace import Frame, Left, Loop, Wrote
from lever_fix.domains.orm.values import (
    Flag,
    FunctionNode,
    Nothing,
    Session,
    Value,
)
from lever_fix.domains.orm.walk import Walk, bind, element_of, expressions, single
from lever_fix.semantics.module import Module


def run(walk: Walk, frame: Frame, body: list[ast.stmt]) -> bool:
    """Walk through statements; True where the end of them is not reached."""
    around = walk.spared
    ended = _reaches_no_end(walk, frame, body)
    walk.spared = around
    return ended


def _reaches_no_end(walk: Walk, frame: Frame, body: list[ast.stmt]) -> bool:
    for statement in body:
        walk.steps -= 1
        if walk.steps < 0:
            return True
        handler = _STATEMENTS.get(type(statement))
        if handler is not None:
            if handler(walk, frame, statement):
                return True
        else:
            _children(walk, frame, statement)
    return False


def _children(walk: Walk, frame: Frame, node: ast.AST) -> None:
    for child in expressions(node):
        walk.evaluate(walk, frame, child)


def _expression(walk: Walk, frame: Frame, node: ast.Expr) -> bool:
    value = node.value
    walk.discarded = value.value if isinstance(value, ast.Await) else value
    walk.evaluate(walk, frame, value)
    return False


def _assign(walk: Walk, frame: Frame, node: ast.Assign) -> bool:
    value = walk.evaluate(walk, frame, node.value)
    for target in node.targets:
        bind(walk, frame, target, value)
    return False


def _annotated(walk: Walk, frame: Frame, node: ast.AnnAssign) -> bool:
    if node.value is not None:
        bind(walk, frame, node.target, walk.evaluate(walk, frame, node.value))
    return False


def _augmented(walk: Walk, frame: Frame, node: ast.AugAssign) -> bool:
    walk.evaluate(walk, frame, node.value)
    if isinstance(node.target, ast.Name):
        frame.env[node.target.id] = None
    else:
        bind(walk, frame, node.target, None)
    return False


def _for(walk: Walk, frame: Frame, node: ast.For | ast.AsyncFor) -> bool:
    over = iterated(walk, frame, node.iter, walk.evaluate(walk, frame, node.iter))
    before = dict(frame.env)
    walk.loops.append(Loop(node, over, frame, len(walk.events)))
    _forget_flags(frame, node)
    bind(walk, frame, node.target, element_of(over))
    run(walk, frame, node.body)
    walk.loops.pop()
    # What leaves the loop is one row, no longer each of them.
    after = {
        name: single(value) if value != before.get(name) else value
        for name, value in frame.env.items()
    }
    frame.env = _merged(before, after)
    return run(walk, frame, node.orelse)


def _forget_flags(frame: Frame, loop: ast.AST) -> None:
    """A flag that a loop sets may be another one in its next round."""
    flags = {name for name, value in frame.env.items() if isinstance(value, Flag)}
    if not flags:
        return
    for one in ast.walk(loop):
        if isinstance(one, ast.Name) and one.id in flags and isinstance(one.ctx, ast.Store):
            frame.env[one.id] = None


def _while(walk: Walk, frame: Frame, node: ast.While) -> bool:
    before = dict(frame.env)
    walk.loops.append(Loop(node, None, frame, len(walk.events)))
    _forget_flags(frame, node)
    walk.evaluate(walk, frame, node.test)
    run(walk, frame, node.body)
    walk.loops.pop()
    frame.env = _merged(before, frame.env)
    return run(walk, frame, node.orelse)


def _if(walk: Walk, frame: Frame, node: ast.If) -> bool:
    test = walk.evaluate(walk, frame, node.test)
    if isinstance(test, Flag):
        return run(walk, frame, node.body if test.value else node.orelse)
    return branches(walk, frame, [node.body, node.orelse], frame.spared(node.test))


def branches(
    walk: Walk,
    frame: Frame,
    bodies: list[list[ast.stmt]],
    spared: tuple[int, str] | None = None,
) -> bool:
    """Walk through alternatives, and go on with what they agree on.

    Args:
        walk: The walk.
        frame: The function.
        bodies: The alternatives.
        spared: Which of them reads a relationship only where it is there, and which one.
    """
    before, around = frame.env, walk.spared
    outcomes: list[dict[str, Value]] = []
    goes_on: list[int] = []
    inside = (*around, spared[1]) if spared else around
    walk.conditions += 1
    for at, body in enumerate(bodies):
        frame.env = dict(before)
        walk.spared = inside if spared and spared[0] == at else around
        if not run(walk, frame, body):
            outcomes.append(frame.env)
            goes_on.append(at)
    # Where every other branch leaves, what comes behind is in that one.
    walk.spared = inside if spared and goes_on == [spared[0]] else around
    walk.conditions -= 1
    if not outcomes:
        frame.env = before
        return True
    frame.env = outcomes[0]
    for one in outcomes[1:]:
        frame.env = _merged(frame.env, one)
    return False


def _merged(one: dict[str, Value], other: dict[str, Value]) -> dict[str, Value]:
    return {
        name: join(one[name], other[name]) if name in one and name in other else (
            one[name] if name in one else other[name]
        )
        for name in {**one, **other}
    }  # fmt: skip


def _try(walk: Walk, frame: Frame, node: ast.Try) -> bool:
    before = dict(frame.env)
    walk.tries.append(node)
    ended = run(walk, frame, node.body)
    walk.tries.pop()
    ended = run(walk, frame, node.orelse) or ended
    outcomes = [] if ended else [frame.env]
    walk.conditions += 1
    for handler in node.handlers:
        frame.env = _merged(before, frame.env)
        if handler.name:
            frame.env[handler.name] = None
        if not run(walk, frame, handler.body):
            outcomes.append(frame.env)
    walk.conditions -= 1
    frame.env = outcomes[0] if outcomes else _merged(before, frame.env)
    for one in outcomes[1:]:
        frame.env = _merged(frame.env, one)
    return run(walk, frame, node.finalbody) or not outcomes


def _with(walk: Walk, frame: Frame, node: ast.With | ast.AsyncWith) -> bool:
    ends: list[tuple[Session, str]] = []
    for item in node.items:
        value = walk.evaluate(walk, frame, item.context_expr)
        if item.optional_vars is not None:
            if isinstance(value, Session) and isinstance(item.optional_vars, ast.Name):
                value = Session(item.optional_vars.id, value.is_async, value.fresh)
            bind(walk, frame, item.optional_vars, value)
        if isinstance(value, Session) and item.optional_vars is not None:
            ends.append((value, "closed"))
        elif isinstance(value, Session):
            ends.append((value, "committed"))
    ended = run(walk, frame, node.body)
    for session, word in ends:
        what = f"`{session.key}` is {word} where its `with` ends, before the access"
        walk.record(Wrote, frame, node, what=what, session=session)
    return ended


def _return(walk: Walk, frame: Frame, node: ast.Return) -> bool:
    value = walk.evaluate(walk, frame, node.value) if node.value is not None else Nothing()
    inside = any(loop.frame is frame for loop in walk.loops)
    frame.returned.append(single(value) if inside else value)
    walk.record(Left, frame, node, word="return", conditional_exit=walk.conditions > 0)
    return True


def _leave(walk: Walk, frame: Frame, node: ast.Break) -> bool:
    walk.record(Left, frame, node, word="break", conditional_exit=walk.conditions > 0)
    return True


def _raise(walk: Walk, frame: Frame, node: ast.Raise) -> bool:
    _children(walk, frame, node)
    return True


def _match(walk: Walk, frame: Frame, node: ast.Match) -> bool:
    walk.evaluate(walk, frame, node.subject)
    for case in node.cases:
        for pattern in ast.walk(case.pattern):
            name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
            if isinstance(name, str):
                frame.env[name] = None
    return branches(walk, frame, [*(case.body for case in node.cases), []])


def _function(walk: Walk, frame: Frame, node: FunctionNode) -> bool:
    frame.env[node.name] = walk.local(node, frame)
    return False


def _delete(walk: Walk, frame: Frame, node: ast.Delete) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            frame.env[target.id] = None
        else:
            bind(walk, frame, target, None)
    return False


def _import(walk: Walk, frame: Frame, node: ast.Import | ast.ImportFrom) -> bool:
    for alias in node.names:
        frame.env.pop((alias.asname or alias.name).partition(".")[0], None)
    return False


def _stop(walk: Walk, frame: Frame, node: ast.stmt) -> bool:
    return True


def _skip(walk: Walk, frame: Frame, node: ast.stmt) -> bool:
    return False


_STATEMENTS: dict[type[ast.stmt], Callable[[Walk, Frame, Any], bool]] = {
    ast.AnnAssign: _annotated,
    ast.Assign: _assign,
    ast.AsyncFor: _for,
    ast.AsyncFunctionDef: _function,
    ast.AsyncWith: _with,
    ast.AugAssign: _augmented,
    ast.Break: _leave,
    ast.ClassDef: _skip,
    ast.Continue: _stop,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.For: _for,
    ast.FunctionDef: _function,
    ast.Global: _skip,
    ast.If: _if,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Match: _match,
    ast.Nonlocal: _skip,
    ast.Raise: _raise,
    ast.Return: _return,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.While: _while,
    ast.With: _with,
}


def module_frame(module: Module) -> Frame:
    """The activation of a module's own code."""
    return Frame(module, module.tree, {}, name=module.name)
