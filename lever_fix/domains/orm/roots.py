"""The walks of a module: one for each function, and one for the code outside of them."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from itertools import chain

from lever_fix.domains.orm.evaluate import evaluate
from lever_fix.domains.orm.flow import run
from lever_fix.domains.orm.known import parameters
from lever_fix.domains.orm.needs import needs
from lever_fix.domains.orm.outline import Row
from lever_fix.domains.orm.probe import Glance, Probe, Summary, WorthwhileError
from lever_fix.domains.orm.querying import worth_a_walk
from lever_fix.domains.orm.routes import respond
from lever_fix.domains.orm.row_queries import row_queries
from lever_fix.domains.orm.trace import Frame
from lever_fix.domains.orm.walk import Walk
from lever_fix.domains.orm.world import World
from lever_fix.semantics.excerpt import function_at
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import Scope


def walks(world: World, module: Module) -> Iterator[Walk]:
    """Walk through every function of a module that loops over rows, or answers a request."""
    worth = worth_a_walk(world.index, module.path)
    if worth.module and is_worthwhile(world, Frame(module, module.tree, {}, name=module.name)):
        yield from _walk(world, Frame(module, module.tree, {}, name=module.name))
    for row in worth.rows:
        if _is_telling(world, world.index.excerpt(module.path, row.part) or module, row):
            frame = _frame(world, module, row)
            if frame is not None:
                yield from _walk(world, frame)


def _is_telling(world: World, module: Module, row: Row) -> bool:
    """Whether a walk through a function will find something, told by lighter ones."""
    frame = _frame(world, module, row)
    if frame is None or not is_worthwhile(world, frame):
        return False
    frame = _frame(world, module, row)
    assert frame is not None
    glance = Glance(world, evaluate, frame)
    _run(glance)
    found = next(chain(needs(glance), row_queries(glance)), None)
    glance.close()
    return found is not None


def _walk(world: World, frame: Frame) -> Iterator[Walk]:
    """The walk that notes everything; its trees go when it was looked at."""
    walk = Walk(world, evaluate, frame)
    _run(walk)
    yield walk
    walk.close()


def _frame(world: World, module: Module, row: Row) -> Frame | None:
    """The activation of a function that is looked at, in its module or in an excerpt of it."""
    found = function_at(module, row.line)
    if found is None:
        return None
    scope, node = found
    env = parameters(world, module, node, _owner(module, scope))
    return Frame(module, node, env, name=row.name)


def is_worthwhile(world: World, frame: Frame) -> bool:
    """Whether something may be found in a function: a probe comes to what a finding needs."""
    known = world.remember("summaries", dict[Hashable, tuple[Summary, ...]])
    probe = Probe(world, evaluate, frame, known=known)
    try:
        _run(probe)
    except WorthwhileError:
        return True
    finally:
        probe.close()
    return False


def _run(walk: Walk) -> None:
    node = walk.root.node
    assert not isinstance(node, ast.Lambda)
    run(walk, walk.root, node.body)
    respond(walk, walk.root)


def _owner(module: Module, scope: Scope) -> str:
    """Key of the class whose method a function is; empty for none."""
    around = scope.parent
    if around is None or around.kind != "class":
        return ""
    return f"{module.path}::{around.qualified_name}"
