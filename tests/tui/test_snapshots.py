"""Pictures of the full-screen review.

`LEVER_UPDATE_SNAPSHOTS=1` draws them anew; look at each before it is committed. What stands where
is compared always, what it looks like only with the version of Textual the picture was made with.
"""

from __future__ import annotations

import os
import re
from html import unescape
from importlib.metadata import version
from pathlib import Path

import pytest

from lever_fix.review.look import Colours, look_of

FOLDER = Path(__file__).parents[2] / "snapshots" / "tui"
MADE_WITH = f"<!-- textual {version('textual')}, rich {version('rich')} -->"
EDITED = "str | None", "str | int | None"

MANY, SIXTEEN, NONE = map(look_of, (Colours.MANY, Colours.SIXTEEN, Colours.NONE))

CASES = {
    "start": ((120, 30), MANY, []),
    "decided": ((120, 30), MANY, ["y", "n", "j"]),
    "narrow": ((80, 24), MANY, ["j", "j"]),
    "sixteen_colours": ((100, 30), SIXTEEN, ["y", "n"]),
    "no_colour": ((100, 30), NONE, ["y", "n"]),
    "side_by_side": ((140, 30), MANY, ["j", "j", "v"]),
    "files_first": ((120, 30), MANY, ["t", "j", "j"]),
    "conflict": ((120, 30), MANY, ["y", "j"]),
    "edited": ((120, 30), MANY, ["j", "j", "j", "e", "k"]),
    "ignored": ((120, 30), MANY, ["j", "i", *"small table", "enter", "k"]),
    "place_to_look_at": ((100, 24), MANY, ["G", "y"]),
    "filtered": ((100, 24), MANY, ["slash", *"unsafe", "enter"]),
    "all_keys": ((100, 72), MANY, ["question_mark"]),
    "explained": ((100, 24), MANY, ["x"]),
    "reason": ((80, 24), MANY, ["i", *"because"]),
    "quitting": ((80, 24), MANY, ["y", "q"]),
    "written": ((120, 30), MANY, ["y", "n", "a", "w"]),
}


@pytest.mark.parametrize("name", CASES)
def test_it_looks_like_its_picture(drive, bench, name):
    size, look, keys = CASES[name]
    bench.editor = lambda _, text: text.replace(*EDITED)
    made = f"{drive(*keys, size=size, look=look).svg.rstrip()}\n{MADE_WITH}\n"
    file = FOLDER / f"{name}.svg"
    if os.environ.get("LEVER_UPDATE_SNAPSHOTS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(made)
        pytest.skip(f"{file.name} was written")
    kept = file.read_text()
    assert _rows(made) == _rows(kept)
    if MADE_WITH in kept:
        assert made == kept


def test_every_picture_has_its_case():
    assert {file.stem for file in FOLDER.glob("*.svg")} == set(CASES)


def _rows(svg: str) -> list[str]:
    """The text of a picture, row by row."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for attributes, text in re.findall(r"<text([^>]*)>([^<]*)</text>", svg):
        if "clip-path" not in attributes:
            continue  # the window's title
        x, y = (float(re.search(rf' {name}="([\d.]+)"', attributes)[1]) for name in "xy")
        rows.setdefault(y, []).append((x, unescape(text).replace("\xa0", " ")))
    return ["".join(text for _, text in sorted(row)).rstrip() for _, row in sorted(rows.items())]
