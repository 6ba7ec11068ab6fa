"""Nested functions that only the `async def` around them calls, so that they may turn async."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from lever_fix.codemod import Edit, Module
from lever_fix.domains.positions import dotted
from lever_fix.semantics.scopes import scopes

_THREADS = frozenset(
    """
    Process Thread Timer call_soon_threadsafe run_in_executor run_in_threadpool run_sync
    start_new_thread submit sync_to_async to_thread
    """.split()
)


@dataclass(frozen=True)
class Helper:
    """A nested plain function all of whose uses are calls in an `async def`.

    Attributes:
        node: The function.
        calls: Its calls, in the order of the source.
    """

    node: ast.FunctionDef
    calls: tuple[ast.Call, ...]


def helper_of(module: Module, node: ast.FunctionDef) -> Helper | tuple[str, str] | None:
    """The helper that a plain function is, or a reason code and words for why it is none.

    None where it does not stand in an `async def` at all.
    """
    known = scopes(module)
    scope = known.scope_of(node)
    if scope.kind != "function" or not isinstance(scope.node, ast.AsyncFunctionDef):
        return None
    if node.decorator_list or _is_generator(node) or len(scope.names[node.name]) != 1:
        return "helper-not-plain", f"`{node.name}` is decorated, a generator or bound twice"
    calls: list[ast.Call] = []
    for name in ast.walk(scope.node):
        if not (isinstance(name, ast.Name) and name.id == node.name):
            continue
        if known.resolve(name) is not scope:
            continue
        call = known.parent(name)
        if not (isinstance(call, ast.Call) and call.func is name):
            return _escape(module, node, name)
        if not isinstance(known.function_of(call), ast.AsyncFunctionDef):
            return "helper-escapes", f"`{node.name}` is also called from a plain function"
        calls.append(call)
    if not calls:
        return "helper-unused", f"nothing calls `{node.name}`"
    return Helper(node, tuple(calls))


def _is_generator(node: ast.FunctionDef) -> bool:
    return any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))


def _escape(module: Module, node: ast.FunctionDef, name: ast.Name) -> tuple[str, str]:
    """Why a function that is handed on must stay as it is."""
    for above in scopes(module).ancestors(name):
        if isinstance(above, ast.Call):
            callee = dotted(above.func)
            if callee.rpartition(".")[2] in _THREADS:
                return "runs-in-thread", f"`{callee}` runs `{node.name}` in a thread"
            return "helper-escapes", f"`{node.name}` is handed to `{callee or 'a call'}`"
    return "helper-escapes", f"`{node.name}` is used as a value"


def awaited(module: Module, call: ast.Call) -> list[Edit]:
    """The edits that put an `await` before a call, in parentheses where it needs them."""
    span = module.span(call)
    parent = scopes(module).parent(call)
    if (
        not isinstance(parent, ast.Attribute | ast.Subscript | ast.Call)
        or (isinstance(parent, ast.Call) and parent.func is not call)
        or (isinstance(parent, ast.Subscript) and parent.slice is call)
    ):
        return [module.edit(span.start, span.start, "await ")]
    return [
        module.edit(span.start, span.start, "(await "),
        module.edit(span.end, span.end, ")"),
    ]
