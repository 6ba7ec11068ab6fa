"""Where the annotations of one logical line stand, found without parsing it.

A whole `def` header costs ten times as much to parse as its annotations, and these repeat:
`Optional[str]` is parsed once per process, however often it is written.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from lever_fix.semantics.lexical import Lexed

Annotation = tuple[int, int, str]
"""Start and end of the expression, and its role: `parameter`, `return` or `variable`."""

_DEF = re.compile(rb"(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(")
_VARIABLE = re.compile(rb"(?!(?:else|try|finally)\b)\w[\w.]*[ \t]*:(?!=)")
_MARK = re.compile(rb"""[()\[\]{}"'#,:=]|->""")
_SPACE = re.compile(rb"(?:[ \t\f\r\n]|\\\r?\n)*")
_LINE_END = re.compile(rb"\n")


def annotation_ranges(lexed: Lexed, start: int, end: int) -> list[Annotation] | None:
    """The annotations of the logical line `start..end`; None where it takes a parse to tell.

    Text that belongs to no annotation (a default, an assigned value) is not looked into.
    """
    view = lexed.view
    header = _DEF.match(view, start, end)
    if header is not None:
        if view.find(b"lambda", start, end) >= 0:
            return None
        return _of_header(lexed, header.end(), end)
    variable = _VARIABLE.match(view, start, end)
    if variable is None:
        return None
    stop = _until(lexed, variable.end(), end, b"=")
    return [(*_trimmed(view, variable.end(), stop), "variable")]


def _of_header(lexed: Lexed, start: int, end: int) -> list[Annotation] | None:
    view = lexed.view
    found: list[Annotation] = []
    opened, depth, cursor = -1, 1, start
    for match in _MARK.finditer(view, start, end):
        at = match.start()
        if at < cursor:
            continue
        byte = view[at]
        if byte in b"([{":
            depth += 1
        elif byte in b")]}":
            depth -= 1
            if depth == 0 and byte == 0x29:
                if opened >= 0:
                    found.append((*_trimmed(view, opened, at), "parameter"))
                return found + _of_return(lexed, at + 1, end)
        elif byte in b"\"'#":
            held = lexed.opaque_at(at)
            cursor = held[1] if held else cursor
        elif depth == 1:
            if byte == 0x3A:
                opened = at + 1
            elif byte != 0x2D and opened >= 0:
                found.append((*_trimmed(view, opened, at), "parameter"))
                opened = -1
    return None


def _of_return(lexed: Lexed, start: int, end: int) -> list[Annotation]:
    view = lexed.view
    space = _SPACE.match(view, start)
    arrow = space.end() if space else start
    if view[arrow : arrow + 2] != b"->":
        return []
    stop = _until(lexed, arrow + 2, end, b":")
    return [(*_trimmed(view, arrow + 2, stop), "return")]


def _until(lexed: Lexed, start: int, end: int, stop: bytes) -> int:
    """The first `stop` byte outside brackets, strings and comments; else the end of code."""
    view, depth, cursor = lexed.view, 0, start
    for match in _MARK.finditer(view, start, end):
        at = match.start()
        if at < cursor:
            continue
        byte = view[at]
        if byte in b"([{":
            depth += 1
        elif byte in b")]}":
            depth -= 1
        elif byte in b"\"'#":
            held = lexed.opaque_at(at)
            cursor = held[1] if held else cursor
            if byte == 0x23 and depth == 0:
                return at
        elif depth == 0 and byte == stop[0]:
            return at
    return end


def _trimmed(view: bytes, start: int, end: int) -> tuple[int, int]:
    space = _SPACE.match(view, start, end)
    start = space.end() if space else start
    return start, start + len(view[start:end].rstrip())


@lru_cache(maxsize=4096)
def parse_expression(text: bytes) -> tuple[ast.expr, tuple[int, ...]] | None:
    """An expression parsed on its own, and the offset of each of its lines; None if it fails.

    Offsets are relative to the text; that of the first line allows for the added parenthesis.
    The tree is shared by all who ask for the same text, and must not be changed.
    """
    try:
        expression = ast.parse(b"(" + text + b"\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return expression, (-1, *(match.end() for match in _LINE_END.finditer(text)))
