"""Classes that name their parametrised forms after the arguments: Pydantic's generic models."""

from __future__ import annotations

import ast
import sys

from lever_fix.domains.operand_names import origin
from lever_fix.domains.positions import dotted
from lever_fix.domains.typing_uses import typing_names
from lever_fix.semantics.module import Module

_LIBRARIES = frozenset(
    "_typeshed anyio attrs fastapi jax litestar msgspec numpy pandas pydantic sqlalchemy starlette "
    "torch typer typing_extensions".split()
)
"""Packages whose generic classes are no models."""


def generic_model(module: Module, node: ast.AST) -> str:
    """The name of what a subscript subscripts, where that may be a generic Pydantic model.

    It may be one where its class says so in this module, or where a module of FastAPI routes
    imports it from elsewhere in the project: there its name is part of the OpenAPI document.
    """
    name = dotted(node.value) if isinstance(node, ast.Subscript) else ""
    if not name.rpartition(".")[2][:1].isupper() or typing_names(module).resolve(name):
        return ""
    for block in module.lexed.blocks:
        if block.is_class and block.name == name:
            start, end = module.lexed.statement_at(block.start)
            header = module.view[start:end]
            return name if b"Model" in header and b"[" in header else ""
    if b"fastapi" not in module.view:
        return ""
    package = origin(module, name).partition(".")[0]
    known = package in _LIBRARIES or package in sys.stdlib_module_names
    return "" if known and package else name
