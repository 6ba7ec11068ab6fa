"""Handlers of timeouts must stand before those of connection errors, as some errors are both."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked
from lever_fix.model import Span
from lever_fix.semantics.module import Module

_TIMEOUTS = frozenset({"Timeout", "ReadTimeout"})
_APART = frozenset({
    "HTTPError", "TooManyRedirects", "MissingSchema", "InvalidSchema", "InvalidURL",
    "ChunkedEncodingError", "ContentDecodingError", "JSONDecodeError",
})  # fmt: skip
"""What is never a timeout, so that its handler may as well stand behind that of timeouts."""
_CONNECTIONS = frozenset({"ConnectionError", "ConnectTimeout", "ProxyError", "SSLError"})

Names = Sequence[Sequence[str]]
"""What each handler of a `try` names: exceptions of the library, empty for others."""


def misordered(named: Names, node: ast.Try) -> Blocked | None:
    """Connection errors handled before timeouts, where the two cannot change places."""
    place = _places(named)
    if place is None:
        return None
    first, last = place
    if any(set(names) & _TIMEOUTS for names in named[last + 1 :]):
        return Blocked("handler-order", "timeouts are handled in two places, out of order", node)
    passed = {name for names in named[first:last] for name in names}
    if passed <= _APART | _CONNECTIONS:
        return None
    words = "timeouts must be handled before connection errors, and what stands between takes both"
    return Blocked("handler-order", words, node)


def out_of_order(named: Names, node: ast.Try) -> tuple[ast.ExceptHandler, ...]:
    """The handlers of which the last must go first."""
    place = _places(named)
    return tuple(node.handlers[place[0] : place[1] + 1]) if place is not None else ()


def _places(named: Names) -> tuple[int, int] | None:
    """Where connection errors are handled, and where the timeouts that come later."""
    for number, names in enumerate(named):
        if "ConnectionError" not in names or set(names) & _TIMEOUTS:
            continue
        later = (at for at in range(number + 1, len(named)) if set(named[at]) & _TIMEOUTS)
        last = next(later, None)
        return (number, last) if last is not None else None
    return None


def move_first(draft: Draft, handlers: Sequence[ast.ExceptHandler]) -> None:
    """Put the last of some handlers before the others."""
    spans = [_lines(draft.module, one) for one in handlers]
    *others, last = (draft.take(span) for span in spans)
    for span, text in zip(spans, (last, *others), strict=True):
        draft.replace(span, text)


def _lines(module: Module, node: ast.ExceptHandler) -> Span:
    """A handler with the comment behind its last statement."""
    span = module.span(node)
    end = module.view.find(b"\n", span.end)
    return Span(span.start, end if end >= 0 else len(module.view))
