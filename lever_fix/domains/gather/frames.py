"""The frame of a function in which awaits are to be gathered."""

from __future__ import annotations

import ast

from lever_fix.codemod import Module, Project
from lever_fix.domains.effects.model import Frame
from lever_fix.index.index import Symbol


def frame_of(module: Module, project: Project, function: ast.AsyncFunctionDef) -> Frame:
    """The frame of a function of a module, made once."""
    known: dict[ast.AST, Frame] = module.memo.setdefault("frames", {})
    found = known.get(function)
    if found is None or found.index is not project.index:
        scope = module.scope_at(module.span(function.body[0]).start)
        found = Frame(project.index, module, function, Symbol(module.path, scope))
        known[function] = found
    return found
