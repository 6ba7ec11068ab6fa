"""Whole files before and after; LEVER_UPDATE_SNAPSHOTS=1 writes what a codemod makes of them."""

import os
import shutil

from lever_fix.model import Safety
from lever_fix.registry import SHIPPED, load
from lever_fix.testing import rewrite

UPDATE = os.environ.get("LEVER_UPDATE_SNAPSHOTS") == "1"
SNAPSHOTS = SHIPPED.parent / "snapshots"
OPTIONS = {"why", "safety", "target", "raises", "type-checking", "queries", "options"}
OTHERS = {"cli", "readme", "tui"}
"""Folders whose snapshots other tests own."""


def test_snapshot(snapshot):
    options = snapshot.options
    target, own = options.get("target", "py311"), options.get("options")
    result = rewrite(snapshot.codemod, snapshot.before, target=target, options=own)
    if UPDATE:
        write(snapshot, result.files)
    assert result.files == snapshot.after
    least = min((one.safety for one in result.findings), default=Safety.SAFE)
    assert least.value == options.get("safety", "safe")
    is_display = least is Safety.DISPLAY
    assert (result.files == snapshot.before) is (snapshot.left_alone or is_display)
    assert bool(result.findings) is not snapshot.left_alone


def write(snapshot, files: dict[str, bytes]) -> None:
    after = snapshot.path / "after"
    shutil.rmtree(after, ignore_errors=True)
    own = {name: data for name, data in files.items() if snapshot.shared.get(name) != data}
    for name, data in own.items():
        target = after / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def test_a_third_is_left_alone(snapshots):
    for name in {one.codemod for one in snapshots}:
        mine = [one for one in snapshots if one.codemod == name]
        assert sum(one.left_alone for one in mine) * 3 >= len(mine) - 2, name


def test_no_orphans(snapshots):
    known = {*load(), *OTHERS}
    assert {path.name for path in SNAPSHOTS.iterdir()} <= known
    for snapshot in snapshots:
        assert {path.name for path in snapshot.path.iterdir()} <= {"before", "after", "case.toml"}
        assert snapshot.before
        assert set(snapshot.options) <= OPTIONS
