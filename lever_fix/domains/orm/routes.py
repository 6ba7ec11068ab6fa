"""FastAPI routes: the framework reads what a response model names after the function returned."""

from __future__ import annotations

import ast

from lever_fix.domains.orm.join import join
from lever_fix.domains.orm.outline import response_model
from lever_fix.domains.orm.schemas import fill, schemas_in
from lever_fix.domains.orm.trace import Frame, Loop
from lever_fix.domains.orm.values import FunctionNode, Result, Rows
from lever_fix.domains.orm.walk import Walk, element_of


def respond(walk: Walk, frame: Frame) -> None:
    """Note what FastAPI reads of the rows that a route returns."""
    node = frame.node
    if not isinstance(node, FunctionNode) or not frame.returned:
        return
    model = response_model(node)
    value = frame.returned[0]
    for one in frame.returned[1:]:
        value = join(value, one)
    if model is None or not isinstance(value, Rows | Result):
        return
    for schema in schemas_in(walk, ast.unparse(model), frame.module.path):
        walk.loops.append(Loop(node, value, frame, len(walk.events)))
        fill(walk, frame, node, schema, element_of(value), "response")
        walk.loops.pop()
