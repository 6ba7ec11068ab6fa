"""What differs between two texts, as runs of lines that are each as short as can be."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from lever_fix.model import Value

_MOST_PAIRS = 4_000_000
"""Pairs of lines up to which `difflib`, which may compare each with each, is worth its time."""
_WORD = re.compile(r"\w")
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Hunk(Value, frozen=True):
    """Lines `start..end` of the old text that became lines `new_start..new_end`."""

    start: int
    end: int
    new_start: int
    new_end: int


def lines_of(text: bytes) -> list[bytes]:
    """The lines of a text with their line ends; those that Python knows."""
    return text.splitlines(keepends=True)


def hunks(old: Sequence[bytes], new: Sequence[bytes]) -> list[Hunk]:
    """The runs of lines that differ, in order.

    Lines that each text has once are matched first: they say more about what stayed than blank
    lines and `return None` do, and they keep the work small in long files.
    """
    return list(_differing(old, new, Hunk(0, len(old), 0, len(new))))


def _differing(old: Sequence[bytes], new: Sequence[bytes], within: Hunk) -> Iterator[Hunk]:
    start, end, new_start, new_end = within.start, within.end, within.new_start, within.new_end
    while start < end and new_start < new_end and old[start] == new[new_start]:
        start, new_start = start + 1, new_start + 1
    while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    if start == end or new_start == new_end:
        if start < end or new_start < new_end:
            yield Hunk(start, end, new_start, new_end)
        return
    anchors = _anchors(old, new, Hunk(start, end, new_start, new_end))
    if not anchors:
        yield from _compared(old, new, Hunk(start, end, new_start, new_end))
        return
    for at, new_at in [*anchors, (end, new_end)]:
        yield from _differing(old, new, Hunk(start, at, new_start, new_at))
        start, new_start = at + 1, new_at + 1


def _anchors(old: Sequence[bytes], new: Sequence[bytes], within: Hunk) -> list[tuple[int, int]]:
    """Lines that stand once in each text, as the longest run of them in the same order."""
    once = _once(old, within.start, within.end)
    new_once = _once(new, within.new_start, within.new_end)
    pairs = sorted((at, new_once[line]) for line, at in once.items() if line in new_once)
    tails: list[int] = []
    best: list[int] = []
    before: list[int] = []
    for index, (_, new_at) in enumerate(pairs):
        place = bisect_left(tails, new_at)
        before.append(best[place - 1] if place else -1)
        tails[place : place + 1] = [new_at]
        best[place : place + 1] = [index]
    found: list[tuple[int, int]] = []
    index = best[-1] if best else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]


def _once(lines: Sequence[bytes], start: int, end: int) -> dict[bytes, int]:
    counts = Counter(lines[start:end])
    return {lines[at]: at for at in range(start, end) if counts[lines[at]] == 1}


def _compared(old: Sequence[bytes], new: Sequence[bytes], within: Hunk) -> Iterator[Hunk]:
    start, new_start = within.start, within.new_start
    mine, theirs = old[start : within.end], new[new_start : within.new_end]
    if len(mine) * len(theirs) > _MOST_PAIRS:
        yield within
        return
    matcher = difflib.SequenceMatcher(None, mine, theirs, autojunk=False)
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag != "equal":
            yield Hunk(start + first, start + last, new_start + new_first, new_start + new_last)


def with_line_ends_of(old: bytes, new: bytes, newline: str) -> bytes:
    """The new text, whose lines end in line feeds, with the line ends of the old one.

    A line that is in both keeps its own, one that takes the place of another has that of the
    other, any more have `newline`, and the end of the
    text has a line end where it had one before.

    Args:
        old: The text as it was, with any line ends.
        new: The text as it became.
        newline: What the file's lines end in.
    """
    bare = [_LINE_END.sub(b"\n", line) for line in lines_of(old)]
    ended = [*bare[:-1], bare[-1].removesuffix(b"\n") + b"\n"] if bare else []
    own, result, at = lines_of(old), [], 0
    fresh = lines_of(new)
    ends = newline.encode()
    for hunk in hunks(ended, fresh):
        result += own[at : hunk.start]
        replaced = [*own[hunk.start : hunk.end], *(ends for _ in fresh)]
        result += [
            _LINE_END.sub(_line_end(former) or ends, line)
            for line, former in zip(fresh[hunk.new_start : hunk.new_end], replaced, strict=False)
        ]
        at = hunk.end
    result += own[at:]
    text = _complete(result, ends)
    if bare and bare[-1] != ended[-1]:
        text = text.removesuffix(ends)
    return text


def _line_end(line: bytes) -> bytes:
    match = _LINE_END.search(line)
    return match.group() if match else b""


def _complete(lines: list[bytes], newline: bytes) -> bytes:
    """The lines joined; only the last may be without a line end."""
    pieces = [
        line if _LINE_END.search(line) or at == len(lines) - 1 else line + newline
        for at, line in enumerate(lines)
    ]
    return b"".join(pieces)


def trimmed(old: str, new: str) -> tuple[int, int]:
    """How many characters at the start and at the end the two share, words left whole."""
    start = _shared(old, new)
    while start and _splits_word(old, new, start):
        start -= 1
    rest, new_rest = old[start:], new[start:]
    end = _shared(rest[::-1], new_rest[::-1])
    while end and _splits_word(rest[::-1], new_rest[::-1], end):
        end -= 1
    return start, end


def _shared(old: str, new: str) -> int:
    """How many characters the two share at the start."""
    for at, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return at
    return min(len(old), len(new))


def _splits_word(old: str, new: str, at: int) -> bool:
    """True where a cut behind `at` shared characters falls inside a word or a line end."""
    last = old[at - 1]
    following = (text[at : at + 1] for text in (old, new))
    if _WORD.match(last):
        return any(_WORD.match(one) for one in following)
    return last in "\r\n" and any(one in ("\r", "\n") for one in following if one)
