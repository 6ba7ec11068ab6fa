"""Which findings cannot be made together, and which need others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lever_fix.engine.conflicts import overlap
from lever_fix.model import Finding


class Relations:
    """Conflicts and needs between findings, by their place in a sequence.

    Two findings conflict where their edits overlap or where one writes what the other reads or
    writes, as in `lever_fix.engine.conflicts`. One needs another that writes what it depends on.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self._edited: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for at, finding in enumerate(findings):
            for edit in finding.fix.edits if finding.fix else ():
                self._edited[edit.path].append((edit.start, edit.end, at))
        self._overlapping: dict[str, dict[int, set[int]]] = {}
        self._wanted = [one.depends_on for one in findings]
        self._written = [one.writes for one in findings]
        self._readers = _by_symbol(one.reads for one in findings)
        self._writers = _by_symbol(self._written)
        self._dependents = _by_symbol(self._wanted)

    def conflicts(self, at: int) -> set[int]:
        """The findings that cannot be made in one round with this one."""
        finding = self._findings[at]
        found: set[int] = set()
        for path in {edit.path for edit in finding.fix.edits} if finding.fix else ():
            found |= self._overlapping_in(path).get(at, set())
        for symbol in finding.writes:
            found |= self._readers.get(symbol, frozenset())
        for symbol in (*finding.writes, *finding.reads):
            found |= self._writers.get(symbol, frozenset())
        found.discard(at)
        return found

    def _overlapping_in(self, path: str) -> dict[int, set[int]]:
        """Which findings overlap in a file: worked out when one of them is looked at."""
        if path not in self._overlapping:
            self._overlapping[path] = _overlapping(self._edited[path])
        return self._overlapping[path]

    def needs(self, at: int) -> set[int]:
        """The findings that have to be made with this one, those that they need included."""
        return _reached(at, self._wanted, self._writers) if self._dependents else set()

    def needed_by(self, at: int) -> set[int]:
        """The findings that cannot be made without this one."""
        return _reached(at, self._written, self._dependents) if self._dependents else set()


def _reached(at: int, symbols: Sequence[Sequence[str]], index: dict[str, set[int]]) -> set[int]:
    """What can be reached from a place over the symbols of each, that place left out."""
    found, pending = {at}, [at]
    while pending:
        for symbol in symbols[pending.pop()]:
            fresh = index.get(symbol, set()) - found
            found |= fresh
            pending += fresh
    return found - {at}


def _by_symbol(symbols: Iterable[Sequence[str]]) -> dict[str, set[int]]:
    index: defaultdict[str, set[int]] = defaultdict(set)
    for at, names in enumerate(symbols):
        for name in names:
            index[name].add(at)
    return index


def _overlapping(edits: Sequence[tuple[int, int, int]]) -> dict[int, set[int]]:
    """Pairs of findings with overlapping edits, both ways: a sweep over one file.

    Args:
        edits: Where each begins and ends, and the place of its finding.
    """
    found: defaultdict[int, set[int]] = defaultdict(set)
    open_: list[tuple[int, int, int]] = []
    for start, end, at in sorted(edits):
        open_ = [one for one in open_ if one[1] > start or one[0] == start]
        for low, high, other in open_:
            if other != at and overlap((low, high), (start, end)):
                found[at].add(other)
                found[other].add(at)
        open_.append((start, end, at))
    return found
