"""Which lines of two texts are the same: patience matching, as in `git diff --patience`.

Lines that occur once in both texts anchor the match, so that cost grows with the size of the
texts and not with the number of changes, and a changed function is never matched to its
neighbour's blank lines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Opcode = tuple[str, int, int, int, int]
"""As in difflib: tag, `a[low:high]`, `b[low:high]`."""

_SMALL = 400
"""Lines on both sides together, up to which difflib may look at what no anchor divides."""


def opcodes(a: Sequence[str], b: Sequence[str]) -> list[Opcode]:
    """How to turn `a` into `b`, as difflib's opcodes; neighbours with one tag are one."""
    merged: list[Opcode] = []
    for tag, a_low, a_high, b_low, b_high in _changes(a, b, (0, len(a), 0, len(b))):
        if a_low == a_high and b_low == b_high:
            continue
        equal = tag == "equal"
        if merged and (merged[-1][0] == "equal") == equal:
            _, a_low, _, b_low, _ = merged.pop()
        name = "equal" if equal else _tag(a_high - a_low, b_high - b_low)
        merged.append((name, a_low, a_high, b_low, b_high))
    return merged


def _tag(removed: int, added: int) -> str:
    if removed and added:
        return "replace"
    return "delete" if removed else "insert"


def _changes(
    a: Sequence[str], b: Sequence[str], box: tuple[int, int, int, int]
) -> Iterator[Opcode]:
    a_low, a_high, b_low, b_high = box
    head = _run(a, b, box)
    yield "equal", a_low, a_low + head, b_low, b_low + head
    a_low, b_low = a_low + head, b_low + head
    a_end, b_end = a_high, b_high
    while a_low < a_high and b_low < b_high and a[a_high - 1] == b[b_high - 1]:
        a_high, b_high = a_high - 1, b_high - 1
    for a_at, b_at in _anchors(a, b, (a_low, a_high, b_low, b_high)):
        if a_at < a_low:
            continue  # within the run of an earlier anchor
        yield from _changes(a, b, (a_low, a_at, b_low, b_at))
        run = _run(a, b, (a_at, a_high, b_at, b_high))
        yield "equal", a_at, a_at + run, b_at, b_at + run
        a_low, b_low = a_at + run, b_at + run
    yield from _undivided(a, b, (a_low, a_high, b_low, b_high))
    yield "equal", a_high, a_end, b_high, b_end


def _run(a: Sequence[str], b: Sequence[str], box: tuple[int, int, int, int]) -> int:
    """How many lines are equal from the start of the box on."""
    a_low, a_high, b_low, b_high = box
    most = min(a_high - a_low, b_high - b_low)
    for count in range(most):
        if a[a_low + count] != b[b_low + count]:
            return count
    return most


def _undivided(
    a: Sequence[str], b: Sequence[str], box: tuple[int, int, int, int]
) -> Iterator[Opcode]:
    a_low, a_high, b_low, b_high = box
    size, other = a_high - a_low, b_high - b_low
    if size + other > _SMALL and size == other:
        # Thousands of lines that all repeat, with as many before as after: changed in place.
        for first, second in zip(range(a_low, a_high), range(b_low, b_high), strict=True):
            tag = "equal" if a[first] == b[second] else "replace"
            yield tag, first, first + 1, second, second + 1
        return
    if not size or not other or size == other == 1 or size + other > _SMALL:
        yield "replace", *box
        return
    matcher = SequenceMatcher(None, a[a_low:a_high], b[b_low:b_high], autojunk=False)
    for tag, first, last, other_first, other_last in matcher.get_opcodes():
        yield tag, a_low + first, a_low + last, b_low + other_first, b_low + other_last


def _anchors(
    a: Sequence[str], b: Sequence[str], box: tuple[int, int, int, int]
) -> Iterator[tuple[int, int]]:
    """The longest ascending run of pairs of lines that occur once on either side."""
    a_low, a_high, b_low, b_high = box
    if a_high - a_low < 2 or b_high - b_low < 2:
        return iter(())
    a_counts, b_counts = Counter(a[a_low:a_high]), Counter(b[b_low:b_high])
    where = {line: index for index, line in enumerate(b[b_low:b_high], b_low)}
    pairs = [
        (index, where[line])
        for index, line in enumerate(a[a_low:a_high], a_low)
        if a_counts[line] == 1 and b_counts[line] == 1
    ]
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        slot = bisect_left(ends, other)
        before.append(tops[slot - 1] if slot else -1)
        ends[slot : slot + 1] = [other]
        tops[slot : slot + 1] = [number]
    chain: list[int] = []
    number = tops[-1] if tops else -1
    while number >= 0:
        chain.append(number)
        number = before[number]
    return (pairs[number] for number in reversed(chain))
