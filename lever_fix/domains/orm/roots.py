"""The walks of a module: one for each function, and one for the code outside of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.orm.evaluate import evaluate
from lever_fix.domains.orm.flow import run
from lever_fix.domains.orm.known import parameters
from lever_fix.domains.orm.querying import calls_querying, is_of_interest, queries, text_of
from lever_fix.domains.orm.routes import respond
from lever_fix.domains.orm.trace import Frame
from lever_fix.domains.orm.values import FunctionNode
from lever_fix.domains.orm.walk import Walk
from lever_fix.domains.orm.world import World
from lever_fix.index.index import Symbol
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import Scope, scopes

_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)


def walks(world: World, module: Module) -> Iterator[Walk]:
    """Walk through every function of a module that loops, or answers a request."""
    if not is_of_interest(world.index, module):
        return
    for scope in scopes(module).every:
        node = scope.node
        if scope.kind == "module" and isinstance(node, ast.Module):
            if any(isinstance(one, _LOOPS) for one in _outside(node)):
                yield _walk(world, Frame(module, node, {}, name=module.name), node.body)
        elif scope.kind == "function" and isinstance(node, FunctionNode):
            if _is_test(module, node):
                continue
            if not _is_worth(world, module, scope.qualified_name, node):
                continue
            env = parameters(world, module, node, _owner(module, scope))
            yield _walk(world, Frame(module, node, env, name=scope.qualified_name), node.body)


def _is_worth(world: World, module: Module, name: str, node: FunctionNode) -> bool:
    """Whether a function may loop over rows: it queries, or loops and calls what does."""
    text = text_of(module, node)
    if queries(text):
        return True
    return b"for " in text and calls_querying(world.index, Symbol(module.path, name))


def _walk(world: World, frame: Frame, body: list[ast.stmt]) -> Walk:
    walk = Walk(world, evaluate, frame)
    run(walk, frame, body)
    respond(walk, frame)
    return walk


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module that stand in no function or class."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, FunctionNode | ast.ClassDef | ast.Lambda):
            yield child
            yield from _outside(child)


def _is_test(module: Module, node: FunctionNode) -> bool:
    return node.name.startswith("test_") and "test" in module.path.rpartition("/")[2]


def _owner(module: Module, scope: Scope) -> str:
    """Key of the class whose method a function is; empty for none."""
    around = scope.parent
    if around is None or around.kind != "class":
        return ""
    return f"{module.path}::{around.qualified_name}"
