"""Loops that await one call for each item, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lever_fix.codemod import Module
from lever_fix.domains.gather.steps import blocks
from lever_fix.semantics.scopes import scopes

LoopKind = Literal["list", "append", "dict", "item", "effect"]
Comprehension = ast.ListComp | ast.DictComp
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, eq=False)
class Loop:
    """A loop with one awaited call for each item.

    Attributes:
        kind: `list` and `dict` are comprehensions; `append` and `item` fill a list or dictionary
            in a `for`; `effect` keeps no result.
        node: The comprehension or the `for`.
        call: The awaited call.
        target: What each item is bound to.
        source: What is iterated.
        conditions: The conditions of a comprehension.
        key: The key of each result, for dictionaries.
        filled: The name of the list or dictionary that a `for` fills.
        start: The statement right above a `for` that makes it empty, if there is one.
        bound: Other names that the loop binds.
    """

    kind: LoopKind
    node: Comprehension | ast.For
    call: ast.Call
    target: ast.expr
    source: ast.expr
    conditions: tuple[ast.expr, ...] = ()
    key: ast.expr | None = None
    filled: str = ""
    start: ast.Assign | ast.AnnAssign | None = None
    bound: tuple[str, ...] = ()


def loops(module: Module) -> Iterator[tuple[ast.AsyncFunctionDef, Loop]]:
    """Every such loop of a module's coroutines, with the function it stands in."""
    for function in ast.walk(module.tree):
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        for block in blocks(function):
            for at, statement in enumerate(block):
                if isinstance(statement, ast.For):
                    found = _of_statement(statement, block[:at])
                    if found is not None:
                        yield function, found
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ListComp | ast.DictComp):
            around = scopes(module).function_of(node)
            found = _of_comprehension(node)
            if found is not None and isinstance(around, ast.AsyncFunctionDef):
                yield around, found


def _of_comprehension(node: Comprehension) -> Loop | None:
    value = node.elt if isinstance(node, ast.ListComp) else node.value
    if len(node.generators) != 1 or not isinstance(value, ast.Await):
        return None
    (part,) = node.generators
    if part.is_async or not isinstance(value.value, ast.Call):
        return None
    key = node.key if isinstance(node, ast.DictComp) else None
    kind: LoopKind = "dict" if key is not None else "list"
    conditions = tuple(part.ifs)
    return Loop(kind, node, value.value, part.target, part.iter, conditions, key)


def _of_statement(node: ast.For, above: Sequence[ast.stmt]) -> Loop | None:
    if node.orelse:
        return None
    match node.body:
        case [ast.Expr(value=value)]:
            return _of_expression(node, value, above)
        case [
            ast.Assign(targets=[ast.Name(id=name)], value=ast.Await(value=ast.Call() as call)),
            ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id=filled), attr="append"),
                    args=[ast.Name(id=given)],
                    keywords=[],
                )
            ),
        ] if given == name != filled:
            start = _empty(above, filled, ast.List)
            return Loop(
                "append", node, call, node.target, node.iter,
                filled=filled, start=start, bound=(name,),
            )  # fmt: skip
        case [
            ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=filled), slice=key)],
                value=ast.Await(value=ast.Call() as call),
            )
        ]:
            start = _empty(above, filled, ast.Dict)
            return Loop(
                "item", node, call, node.target, node.iter, key=key, filled=filled, start=start
            )
    return None


def _of_expression(node: ast.For, value: ast.expr, above: Sequence[ast.stmt]) -> Loop | None:
    match value:
        case ast.Await(value=ast.Call() as call):
            return Loop("effect", node, call, node.target, node.iter)
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=filled), attr="append"),
            args=[ast.Await(value=ast.Call() as call)],
            keywords=[],
        ):
            start = _empty(above, filled, ast.List)
            return Loop("append", node, call, node.target, node.iter, filled=filled, start=start)
    return None


def _empty(
    above: Sequence[ast.stmt], name: str, kind: type[ast.List] | type[ast.Dict]
) -> ast.Assign | ast.AnnAssign | None:
    """The statement right above that makes a name an empty list or dictionary."""
    match above[-1] if above else None:
        case (
            ast.Assign(targets=[ast.Name(id=bound)], value=value)
            | ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value)
        ) if bound == name:
            content = getattr(value, "elts", None) or getattr(value, "keys", None)
            last = above[-1]
            if isinstance(value, kind) and not content:
                assert isinstance(last, ast.Assign | ast.AnnAssign)
                return last
    return None


def names_of(target: ast.expr) -> frozenset[str]:
    """The names that a target binds; empty where it is more than names."""
    nodes = list(ast.walk(target))
    if not all(
        isinstance(node, ast.Name | ast.Tuple | ast.List | ast.expr_context) for node in nodes
    ):
        return frozenset()
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def loop_problem(
    module: Module, function: ast.AsyncFunctionDef, loop: Loop
) -> tuple[str, str] | None:
    """Reason code and words for why a loop cannot become a gather by its shape alone."""
    names = names_of(loop.target)
    if not names:
        return "loop-target", "its items are bound to more than plain names"
    parts = [*loop.conditions, *([loop.key] if loop.key else []), loop.source]
    for node in (inner for part in (*parts, loop.call) for inner in ast.walk(part)):
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return "nested-await", "its parts await or bind something themselves"
        if isinstance(node, ast.Name) and node.id in {loop.filled, *loop.bound}:
            return "uses-results", f"`{node.id}` is used while it is filled"
    if isinstance(loop.node, ast.For):
        return _statement_problem(module, function, loop, names)
    if any(isinstance(node, _COMPREHENSIONS) for node in scopes(module).ancestors(loop.node)):
        return "nested-loop", "it stands in another comprehension"
    return None


def _statement_problem(
    module: Module, function: ast.AsyncFunctionDef, loop: Loop, names: frozenset[str]
) -> tuple[str, str] | None:
    known = scopes(module)
    here = known.scope_of(loop.node)
    inside = set(ast.walk(loop.node))
    for node in ast.walk(function):
        if not isinstance(node, ast.Name) or node in inside:
            continue
        if node.id in names | set(loop.bound) and known.resolve(node) is here:
            return "loop-variable-used", f"`{node.id}` is also used outside of the loop"
        if node.id == loop.filled and known.scope_of(node).function is not here:
            return "captured", f"a nested function uses `{node.id}`"
    if loop.filled and loop.filled not in here.names:
        return "not-local", f"`{loop.filled}` is not a local name: others see it being filled"
    if loop.filled and (here.globals | here.nonlocals) & {loop.filled, *names}:
        return "not-local", f"`{loop.filled}` is not a local name: others see it being filled"
    return None
