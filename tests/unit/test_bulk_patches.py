"""Patches for reading: by file, and cut where there are too many lines."""

from __future__ import annotations

import pytest

from lever_fix.apply.patch import unified_patch
from lever_fix.bulk.patches import FileDiff, file_diffs, shortened
from lever_fix.model import FileChange


def test_files_with_their_counts():
    before = b"a\n-- sql\nb\n"
    changes = [
        FileChange(path="src/m.py", before=before, after=b"a\n++ x\nb\nc"),
        FileChange(path="diff --git a.py", before=b"", after=b"--- a/x\n+++ b/x\n"),
        FileChange(path="new.py", before=None, after=b"x = 1\n"),
    ]
    found = file_diffs(unified_patch(changes))
    assert [(one.path, one.added, one.removed) for one in found] == [
        ("src/m.py", 2, 1),
        ("diff --git a.py", 2, 0),
        ("new.py", 1, 0),
    ]
    assert found[0].hunks.startswith("@@ -1,3 +1,4 @@\n")
    assert "+--- a/x\n" in found[1].hunks
    assert file_diffs(b"") == []


def diffs(*sizes: int) -> list[FileDiff]:
    return [FileDiff(f"{size}.py", size, 0, "+x\n" * size) for size in sizes]


@pytest.mark.parametrize(
    ("groups", "lines", "kept"),
    [
        pytest.param([[3, 4], [5]], 12, [[3, 4], [5]], id="all of it fits"),
        pytest.param([[3, 4], [5]], 10, [[3, 2], [5]], id="the longer is cut"),
        pytest.param([[1], [50, 1], [60]], 21, [[1], [10, 0], [10]], id="the short one is whole"),
        pytest.param([[], [2]], 1, [[], [1]], id="nothing to cut"),
        pytest.param([], 1, [], id="nothing at all"),
    ],
)
def test_the_longest_are_cut(groups, lines, kept):
    wanted = [diffs(*sizes) for sizes in groups]
    found = shortened(wanted, lines)
    assert [[one.size for one in group] for group in found] == kept
    assert sum(one.size for group in found for one in group) <= lines
    for group, whole in zip(found, wanted, strict=True):
        assert [(one.path, one.added, one.size + one.left) for one in group] == [
            (one.path, one.added, one.size) for one in whole
        ]
