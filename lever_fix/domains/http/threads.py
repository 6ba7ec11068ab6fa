"""Calls of requests that can be made in a thread, where they cannot be made by aiohttp."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked, HttpCall, http_calls, local_sessions
from lever_fix.domains.http.function import study
from lever_fix.domains.http.places import is_findable, needs_parentheses, nested_expression
from lever_fix.model import Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


@dataclass(frozen=True, eq=False)
class Threaded:
    """A call that can be made in a thread.

    Attributes:
        function: The `async def` it stands in.
        node: The call.
    """

    function: ast.AsyncFunctionDef
    node: ast.Call


def blocking_calls(module: Module) -> Iterator[Threaded | Blocked]:
    """Calls in each `async def` that aiohttp cannot make; or why not even a thread can."""
    for scope in scopes(module).every:
        function = scope.node
        if not isinstance(function, ast.AsyncFunctionDef) or not http_calls(module, function):
            continue
        if not isinstance(study(module, function), Blocked):
            continue
        sessions = local_sessions(module, function)
        for call in http_calls(module, function):
            node = call.node
            assert isinstance(node, ast.Call)
            yield _stopped(module, call, node, {*sessions}) or Threaded(function, node)


def _stopped(
    module: Module, call: HttpCall | Blocked, node: ast.Call, sessions: set[str]
) -> Blocked | None:
    if where := nested_expression(module, node):
        return Blocked("no-await-here", f"`await` cannot stand in {where}", node)
    if not is_findable(module, node):
        return Blocked("in-f-string", "its place in the f-string is not known", node)
    streamed = isinstance(call, HttpCall) and call.argument("stream")
    if streamed and not _is_false(streamed.value):
        words = "the body is read later, and would block the event loop all the same"
        return Blocked("streamed", words, node)
    if isinstance(call, Blocked) and any(one.arg in (None, "stream") for one in node.keywords):
        return Blocked("streamed", "it may be streamed, so the body may be read later", node)
    return None


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def write_thread(draft: Draft, node: ast.Call) -> None:
    """`f(x)` as `await asyncio.to_thread(f, x)`."""
    module = draft.module
    span, func = module.span(node), module.span(node.func)
    opening = module.text.index(b"(", func.end)
    around = needs_parentheses(module, node)
    draft.insert(span.start, f"{'(' if around else ''}await asyncio.to_thread(")
    has_more = bool(node.args or node.keywords)
    draft.replace(Span(func.end, opening + 1), ", " if has_more else "")
    if has_more:
        end = opening + 1
        while module.text[end : end + 1] in (b" ", b"\t"):
            end += 1
        if module.text[end : end + 1] in (b"\n", b"\r", b"#"):
            draft.edits.pop()
            draft.replace(Span(func.end, opening + 1), ",")
    if around:
        draft.insert(span.end, ")")
