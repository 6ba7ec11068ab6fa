"""Patches for reading: by file, and no more of them than a browser opens in a moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

# Within a hunk every line starts with a sign, so that this cannot be one of its lines.
_FILE = re.compile(r"^diff --git .*\n", re.MULTILINE)
_HEAD = re.compile(r"^(?:---|\+\+\+) (?P<path>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class FileDiff:
    """What changes in one file.

    Attributes:
        path: Of the file.
        added: How many lines come.
        removed: How many lines go.
        hunks: Text of the hunks, or the first of it.
        left: How many lines of the hunks are not in `hunks`.
    """

    path: str
    added: int
    removed: int
    hunks: str
    left: int = 0

    @property
    def size(self) -> int:
        """How many lines `hunks` has."""
        return self.hunks.count("\n")


def file_diffs(patch: bytes) -> list[FileDiff]:
    """The files of a unified patch, as `git apply` takes it."""
    text = patch.decode("utf-8", "backslashreplace")
    return [_file_diff(part) for part in _FILE.split(text)[1:]]


def _file_diff(part: str) -> FileDiff:
    head, sign, rest = part.partition("@@ ")
    paths = [match["path"] for match in _HEAD.finditer(head)]
    # git ends a name with a space in it by a tab.
    path = re.sub(r'^("?)[ab]/', r"\1", paths[-1].removesuffix("\t")) if paths else "?"
    hunks = sign + rest
    signs = [line[:1] for line in hunks.split("\n")]
    return FileDiff(path, signs.count("+"), signs.count("-"), hunks)


def shortened(groups: Iterable[Sequence[FileDiff]], lines: int) -> list[list[FileDiff]]:
    """The diffs of several repositories cut to so many lines in all, the longest repositories most.

    Files stay whole as long as they fit, and are named with their counts where they do not.
    """
    groups = list(groups)
    limit = _share([sum(one.size for one in group) for group in groups], lines)
    return [list(_cut(group, limit)) for group in groups]


def _share(sizes: Sequence[int], lines: int) -> int:
    """How many lines each may have at most, so that all of them have no more than `lines`."""
    limit = 0
    for number, size in enumerate(sorted(sizes)):
        limit = lines // (len(sizes) - number)
        if size > limit:
            return limit
        lines -= size
    return max(sizes, default=limit)


def _cut(files: Sequence[FileDiff], limit: int) -> Iterator[FileDiff]:
    for one in files:
        if one.size <= limit:
            limit -= one.size
            yield one
            continue
        kept = one.hunks.split("\n")[:limit]
        yield replace(one, hunks="".join(f"{line}\n" for line in kept), left=one.size - limit)
        limit = 0
