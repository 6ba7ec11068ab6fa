"""Source text as something that is safe and honest to show.

A file's text is data: an escape sequence in a string must not move the cursor, and a
bidirectional control must not reorder the line a reviewer reads (CVE-2021-42574).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

TAB = 4
"""Width of a tab stop in code frames."""

# What has no glyph of its own: control (Cc), format (Cf: bidi, zero width, tags), surrogates,
# line and paragraph separators.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str, keep: str = "") -> str:
    r"""The text with every control and format character replaced by a visible sign.

    `\x1b` becomes `␛`, a right-to-left override `<U+202E>`. Characters in `keep` stay.
    """
    if text.isprintable():
        return text
    return "".join(char if char in keep else _sign(char) for char in text)


@lru_cache(maxsize=1024)
def _sign(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"<U+{code:04X}>" if unicodedata.category(char) in _INVISIBLE else char


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if unicodedata.east_asian_width(char) in ("W", "F"):
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me") else 1


def width(text: str) -> int:
    """How many terminal columns a visible text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def cells(text: str, column: int = 0) -> str:
    """The visible text with tabs as spaces up to the next stop, from `column` on."""
    if text.isascii() and text.isprintable():
        return text
    shown = []
    for char in text:
        sign = " " * (TAB - column % TAB) if char == "\t" else _sign(char)
        column += width(sign)
        shown.append(sign)
    return "".join(shown)
