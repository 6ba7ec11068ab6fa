"""Which words of a line of Python are what; strings over many lines are known as such."""

from __future__ import annotations

import keyword
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from lever_fix.semantics.lexical import lex


class Word(NamedTuple):
    """A piece of a line, in characters, and what it is; empty for nothing special."""

    start: int
    end: int
    kind: str


_CONSTANTS = {"True", "False", "None", "self", "cls"}
_KEYWORDS = (frozenset(keyword.kwlist) | {"match", "case", "type"}) - _CONSTANTS
_CODE = re.compile(
    r"(?P<decorator>^\s*@[\w.]+)"
    r"|(?P<name>(?<=\bdef )\w+|(?<=\bclass )\w+)"
    r"|(?P<number>\b\d[\w.]*)"
    r"|(?P<word>[^\W\d]\w*)"
)
_SOFT = frozenset({"match", "case", "type"})
_SOFT_USE = re.compile(r"\s*(?:match|case|type)\s+[^=\s.,)\]:]")


def words(view: bytes, start: int, text: str) -> Iterator[Word]:
    """The pieces of one line, without gaps.

    Args:
        view: The whole text, whose line ends are LF or CRLF.
        start: Offset of the line's first byte.
        text: The line.
    """
    at = 0
    for low, high, kind in _opaque(view, start, text):
        yield from _code(text, at, low)
        if high > low:
            yield Word(low, high, kind)
        at = high
    yield from _code(text, at, len(text))


def _opaque(view: bytes, start: int, text: str) -> Iterator[Word]:
    """Strings and comments within the line, in characters."""
    raw = text.encode("utf-8")
    end = start + len(raw)
    lexed = lex(view)
    found: list[tuple[int, int, str]] = []
    for ranges, kind in ((lexed.strings, "string"), (lexed.comments, "comment")):
        number = max(0, bisect_right(ranges, (start, start)) - 1)
        while number < len(ranges) and ranges[number][0] < end:
            low, high = max(ranges[number][0], start), min(ranges[number][1], end)
            if high > low:
                found.append((low - start, high - start, kind))
            number += 1
    ascii_only = len(raw) == len(text)
    for low, high, kind in sorted(found):
        if not ascii_only:
            low, high = (len(raw[:at].decode("utf-8", "replace")) for at in (low, high))
        yield Word(low, high, kind)


def _code(text: str, low: int, high: int) -> Iterator[Word]:
    at = low
    for match in _CODE.finditer(text, low, high):
        kind = match.lastgroup or ""
        if kind == "word":
            kind = _word_kind(match.group(), text)
        if match.start() > at:
            yield Word(at, match.start(), "")
        yield Word(match.start(), match.end(), kind)
        at = match.end()
    if high > at:
        yield Word(at, high, "")


def _word_kind(word: str, line: str) -> str:
    if word in _CONSTANTS:
        return "constant"
    if word in _KEYWORDS and (word not in _SOFT or _SOFT_USE.match(line)):
        return "keyword"
    return ""
