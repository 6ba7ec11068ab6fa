"""Which findings can be made in one round."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence

from lever_fix.model import Edit, Finding


def without_conflicts(
    findings: Iterable[Finding], order: Mapping[str, int]
) -> tuple[list[Finding], list[Finding]]:
    """The findings of one round, and those that wait for the next.

    Two findings conflict when their edits overlap, or when one writes a symbol that the other
    reads or writes. The one whose codemod goes first in `order` goes first, then by position.
    """
    taken: dict[str, list[tuple[int, int]]] = {}
    read: set[str] = set()
    written: set[str] = set()
    chosen: list[Finding] = []
    waiting: list[Finding] = []
    ranked = sorted(findings, key=lambda one: (order.get(one.codemod, 0), one.path, one.span.start))
    for finding in ranked:
        edits = finding.fix.edits if finding.fix else ()
        if _shares(finding, read, written) or _overlaps(edits, taken):
            waiting.append(finding)
            continue
        chosen.append(finding)
        read.update(finding.reads)
        written.update(finding.writes)
        for edit in edits:
            insort(taken.setdefault(edit.path, []), (edit.start, edit.end))
    return chosen, waiting


def _shares(finding: Finding, read: set[str], written: set[str]) -> bool:
    """True where a finding writes what was read or written, or reads what was written."""
    if not (written.isdisjoint(finding.reads) and written.isdisjoint(finding.writes)):
        return True
    return not read.isdisjoint(finding.writes)


def _overlaps(edits: Sequence[Edit], taken: Mapping[str, list[tuple[int, int]]]) -> bool:
    """True where an edit overlaps a range already taken in its file."""
    for edit in edits:
        ranges = taken.get(edit.path)
        # Most edits lie behind all others of their file.
        if ranges and edit.start <= ranges[-1][1] and _hits(ranges, edit):
            return True
    return False


def without_orphans(findings: Iterable[Finding], every: Iterable[Finding]) -> list[Finding]:
    """The findings less those that depend on one that is to be had and not among them.

    Args:
        findings: What is to be made.
        every: All that could be; a symbol that none of them writes is as it should be already.
    """
    kept = list(findings)
    if not any(one.depends_on for one in kept):
        return kept
    offered = {symbol for one in every for symbol in one.writes}
    while True:
        lacking = offered.difference(symbol for one in kept for symbol in one.writes)
        left = [one for one in kept if lacking.isdisjoint(one.depends_on)]
        if len(left) == len(kept):
            return kept
        kept = left


def _hits(taken: list[tuple[int, int]], edit: Edit) -> bool:
    """True where an edit overlaps a range already taken; insertions at its ends do not."""
    at = bisect_left(taken, (edit.start, edit.end))
    before, after = taken[max(0, at - 1) : at], taken[at : at + 1]
    return any(overlap(one, (edit.start, edit.end)) for one in (*before, *after))


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two ranges cannot both be replaced; an insertion at an end of the other can."""
    (low, high), (start, end) = one, other
    if start == end:
        return low < start < high
    return low < end and start < high and (low < high or start < low)
