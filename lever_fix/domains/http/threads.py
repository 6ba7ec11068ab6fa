"""Calls of requests that can be made in a thread, where they cannot be made by aiohttp."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked, HttpCall, http_calls, imports_library
from lever_fix.domains.http.places import is_findable, needs_parentheses, nested_expression
from lever_fix.domains.http.study import study
from lever_fix.model import Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


@dataclass(frozen=True, eq=False)
class Threaded:
    """A call that can be made in a thread.

    Attributes:
        function: The `async def` it stands in.
        node: The call.
        why: Why aiohttp cannot make it.
    """

    function: ast.AsyncFunctionDef
    node: ast.Call
    why: str


def blocking_calls(module: Module) -> Iterator[Threaded | Blocked]:
    """Calls in each `async def` that aiohttp cannot make; or why not even a thread can."""
    if not imports_library(module):
        return
    for scope in scopes(module).every:
        function = scope.node
        if not isinstance(function, ast.AsyncFunctionDef) or not http_calls(module, function):
            continue
        refused = study(module, function)
        if not isinstance(refused, Blocked):
            continue
        for call in http_calls(module, function):
            node = call.node
            assert isinstance(node, ast.Call)
            if _is_shared(call):
                continue  # tasks may share the session, and threads must not
            yield _stopped(module, node) or Threaded(function, node, refused.words)


def _is_shared(call: HttpCall | Blocked) -> bool:
    if isinstance(call, Blocked):
        return call.code == "module-session"
    return "." in call.session


def _stopped(module: Module, node: ast.Call) -> Blocked | None:
    if where := nested_expression(module, node):
        return Blocked("no-await-here", f"`await` cannot stand in {where}", node)
    if not is_findable(module, node):
        return Blocked("in-f-string", "its place in the f-string is not known", node)
    stream = next((one.value for one in node.keywords if one.arg == "stream"), None)
    hidden = any(one.arg is None for one in node.keywords)
    if (stream is not None and not _is_false(stream)) or (stream is None and hidden):
        words = "the body may be read later, and would block the event loop all the same"
        return Blocked("streamed", words, node)
    return None


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def write_thread(draft: Draft, node: ast.Call) -> None:
    """`f(x)` as `await asyncio.to_thread(f, x)`."""
    module = draft.module
    span, func = module.span(node), module.span(node.func)
    opening = module.text.index(b"(", func.end)
    around = needs_parentheses(module, node)
    target = draft.source(node.func)
    end = opening + 1
    while module.text[end : end + 1] in (b" ", b"\t"):
        end += 1
    has_more = bool(node.args or node.keywords)
    if has_more and module.text[end : end + 1] in (b"\n", b"\r", b"#"):
        first = min(module.span(one).start for one in (*node.args, *node.keywords))
        target = f"{module.source.newline}{draft.indent_of(first)}{target},"
    elif has_more:
        target += ", "
    start = f"{'(' if around else ''}await asyncio.to_thread({target}"
    draft.replace(Span(span.start, opening + 1), start)
    if around:
        draft.insert(span.end, ")")
