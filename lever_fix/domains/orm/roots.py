"""The walks of a module: one for each function, and one for the code outside of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.orm.evaluate import evaluate
from lever_fix.domains.orm.flow import run
from lever_fix.domains.orm.known import parameters
from lever_fix.domains.orm.querying import worth_a_walk
from lever_fix.domains.orm.routes import respond
from lever_fix.domains.orm.trace import Frame
from lever_fix.domains.orm.values import FunctionNode
from lever_fix.domains.orm.walk import Walk
from lever_fix.domains.orm.world import World
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import Scope, scopes


def walks(world: World, module: Module) -> Iterator[Walk]:
    """Walk through every function of a module that loops over rows, or answers a request."""
    worth = worth_a_walk(world.index, module.path)
    if not worth.lines and not worth.module:
        return
    if worth.module:
        top = module.tree
        yield _walk(world, Frame(module, top, {}, name=module.name), top.body)
    for scope in scopes(module).every:
        node = scope.node
        if scope.kind != "function" or not isinstance(node, FunctionNode):
            continue
        if node.lineno in worth.lines:
            env = parameters(world, module, node, _owner(module, scope))
            yield _walk(world, Frame(module, node, env, name=scope.qualified_name), node.body)


def _walk(world: World, frame: Frame, body: list[ast.stmt]) -> Walk:
    walk = Walk(world, evaluate, frame)
    run(walk, frame, body)
    respond(walk, frame)
    return walk


def _owner(module: Module, scope: Scope) -> str:
    """Key of the class whose method a function is; empty for none."""
    around = scope.parent
    if around is None or around.kind != "class":
        return ""
    return f"{module.path}::{around.qualified_name}"
