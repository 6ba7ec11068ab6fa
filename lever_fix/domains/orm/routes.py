"""FastAPI routes: the framework reads what a response model names after the function returned."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.orm.join import join
from lever_fix.domains.orm.schemas import fill, schemas_in
from lever_fix.domains.orm.trace import Frame, Loop
from lever_fix.domains.orm.values import FunctionNode, Result, Rows
from lever_fix.domains.orm.walk import Walk, element_of

_VERBS = frozenset({"api_route", "delete", "get", "patch", "post", "put", "route"})


def respond(walk: Walk, frame: Frame) -> None:
    """Note what FastAPI reads of the rows that a route returns."""
    node = frame.node
    if not isinstance(node, FunctionNode) or not frame.returned:
        return
    for annotation in _models(node):
        value = frame.returned[0]
        for one in frame.returned[1:]:
            value = join(value, one)
        if not isinstance(value, Rows | Result):
            return
        for schema in schemas_in(walk, annotation, frame.module.path):
            walk.loops.append(Loop(node, value, frame, len(walk.events)))
            fill(walk, frame, node, schema, element_of(value), "response")
            walk.loops.pop()


def _models(node: FunctionNode) -> Iterator[str]:
    """The response model of a route: its `response_model`, else its return annotation."""
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        if decorator.func.attr not in _VERBS:
            continue
        given = [one.value for one in decorator.keywords if one.arg == "response_model"]
        model = given[0] if given else node.returns
        if model is not None:
            yield ast.unparse(model)
            return
