"""The walks of a module: one for each function, and one for the code outside of them."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator

from lever_fix.domains.orm.evaluate import evaluate
from lever_fix.domains.orm.flow import run
from lever_fix.domains.orm.known import parameters
from lever_fix.domains.orm.probe import Probe, Summary, WorthwhileError
from lever_fix.domains.orm.querying import worth_a_walk
from lever_fix.domains.orm.routes import respond
from lever_fix.domains.orm.trace import Frame
from lever_fix.domains.orm.values import FunctionNode, Value
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
        yield from _walk(world, module, module.tree, module.name, {})
    for scope in scopes(module).every:
        node = scope.node
        if scope.kind != "function" or not isinstance(node, FunctionNode):
            continue
        if node.lineno in worth.lines:
            env = parameters(world, module, node, _owner(module, scope))
            yield from _walk(world, module, node, scope.qualified_name, env)


def _walk(
    world: World, module: Module, node: FunctionNode | ast.Module, name: str, env: dict[str, Value]
) -> Iterator[Walk]:
    """The walk through a function, if something may be found in it."""
    if is_worthwhile(world, Frame(module, node, dict(env), name=name)):
        walk = Walk(world, evaluate, Frame(module, node, env, name=name))
        _run(walk, node)
        yield walk
        walk.close()


def is_worthwhile(world: World, frame: Frame) -> bool:
    """Whether something may be found in a function: a probe comes to what a finding needs."""
    assert not isinstance(frame.node, ast.Lambda)
    known = world.remember("summaries", dict[Hashable, tuple[Summary, ...]])
    probe = Probe(world, evaluate, frame, known=known)
    try:
        _run(probe, frame.node)
    except WorthwhileError:
        return True
    finally:
        probe.close()
    return False


def _run(walk: Walk, node: FunctionNode | ast.Module) -> None:
    run(walk, walk.root, node.body)
    respond(walk, walk.root)


def _owner(module: Module, scope: Scope) -> str:
    """Key of the class whose method a function is; empty for none."""
    around = scope.parent
    if around is None or around.kind != "class":
        return ""
    return f"{module.path}::{around.qualified_name}"
