"""May an `await` be added here?"""

from __future__ import annotations

import ast

from lever_fix.codemod import Module, Project, Safety
from lever_fix.semantics.scopes import FunctionNode, scopes


def added_await(
    module: Module, project: Project, function: FunctionNode, at: ast.AST
) -> tuple[Safety, tuple[str, ...]]:
    """Whether an `await` may be added in a function, and what speaks against it.

    Args:
        module: The module of the function.
        project: The settings in force and the index.
        function: The function, which is or becomes an `async def`.
        at: What will be awaited.
    """
    held = [
        one
        for one in scopes(module).ancestors(at)
        if isinstance(one, ast.With) and "lock" in ast.dump(one.items[0].context_expr).lower()
    ]
    if held:
        return Safety.UNSAFE, ("a lock is held meanwhile, and other tasks may wait for it",)
    return Safety.SAFE, ()
