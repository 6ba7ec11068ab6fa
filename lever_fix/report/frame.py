"""Code frames: a few lines of a file with their numbers, and carets under a span.

Most frames are plain ASCII in short lines and take the quick way; tabs, wide or invisible
characters and very long lines take the careful one.
"""

from __future__ import annotations

from typing import NamedTuple

from lever_fix.model import Span
from lever_fix.report.style import Palette
from lever_fix.report.visible import cells, width
from lever_fix.sources import SourceFile

CONTEXT = 2
"""Lines shown above and below a span."""
WIDTH = 120
"""Columns of code shown; a longer line is clipped around the span."""
TALLEST = 8
"""Lines of a span shown; the middle of a taller one is left out."""

_LEAD = 32
"""Columns shown before a span in a clipped line."""


class Place(NamedTuple):
    """Where an offset stands: line and column from 1, and the offset of the line's first byte."""

    line: int
    column: int
    start: int


class Cursor:
    """Finds the lines of ascending offsets in one file, each byte looked at once."""

    def __init__(self, source: SourceFile) -> None:
        self.view = source.view
        self.ascii = self.view.isascii()
        self.lines = self.view.replace(b"\r\n", b"\n").split(b"\n")
        self._offset, self._line, self._start = 0, 1, 0
        self.block: Block | None = None
        """The lines shown last: many findings stand on the same line."""

    def place(self, offset: int) -> Place:
        """The place of an offset; going back starts over."""
        if offset < self._offset:
            self._offset, self._line, self._start = 0, 1, 0
        view = self.view
        skipped = view.count(b"\n", self._offset, offset)
        if skipped:
            self._line += skipped
            self._start = view.rfind(b"\n", 0, offset) + 1
        self._offset = offset
        column = offset - self._start
        if not self.ascii:
            column = len(view[self._start : offset].decode("utf-8", "replace"))
        return Place(self._line, column + 1, self._start)


class Block(NamedTuple):
    """A run of lines to show, and what is known of them.

    Attributes:
        lines: Without line ends.
        first: Number of the first.
        above: How many stand above the marked one.
        gutter: Width of the numbers.
        rows: The lines above and with the marked one, and those below, as they are shown; None
            where one has to be clipped or holds what is not printable ASCII.
    """

    lines: list[bytes]
    first: int
    above: int
    gutter: int
    rows: tuple[str, str] | None


def frame(cursor: Cursor, place: Place, span: Span, palette: Palette) -> tuple[str, int]:
    """The lines around a span that starts at `place`, with the span marked.

    Args:
        cursor: The file, and what was shown of it last.
        place: Where the span starts.
        span: The bytes to mark.
        palette: Colours.

    Returns:
        Lines with a gutter, without a final newline, and the width of the numbers in it.
    """
    view = cursor.view
    last = max(span.start, min(span.end, len(view)) - 1)
    while last > span.start and view[last] in b"\r\n":
        last -= 1
    tall = view.count(b"\n", span.start, last)
    block = cursor.block
    if tall or block is None or block.first + block.above != place.line:
        block = cursor.block = _block(cursor.lines, place, tall, palette)
    if tall:
        cursor.block = None
        end = last - view.rfind(b"\n", 0, last)
        marked = block.above, block.above + tall
        return _tall(block.lines, marked, block.first, block.gutter, end, palette), block.gutter
    columns = span.start - place.start, last + 1 - place.start
    return _flat(block, columns, palette), block.gutter


def _block(lines: list[bytes], place: Place, tall: int, palette: Palette) -> Block:
    """The lines around `place` and the `tall` ones below it, blank ones at the ends left out."""
    marked = place.line - 1
    top, end = max(0, marked - CONTEXT), min(len(lines), marked + tall + CONTEXT + 1)
    while top < marked and _is_blank(lines[top]):
        top += 1
    while end > marked + tall + 1 and _is_blank(lines[end - 1]):
        end -= 1
    block = lines[top:end]
    gutter, above = len(str(end)), marked - top
    shown = b"\n".join(block).decode("utf-8", "replace").split("\n")
    rows = None
    # In printable ASCII, a byte is a character is a column.
    joined = "".join(shown)
    if joined.isascii() and joined.isprintable() and max(map(len, shown)) <= WIDTH:
        rows = _rows(shown, top + 1, above, gutter, palette)
    return Block(block, top + 1, above, gutter, rows)


def _is_blank(line: bytes) -> bool:
    return not line or line.isspace()


def _rows(
    shown: list[str], first: int, above: int, gutter: int, palette: Palette
) -> tuple[str, str]:
    """The rows down to the marked line, and those below it, each group with its blank row."""
    on, off = palette.gutter, palette.reset
    # A nested format specification (`{number:>{gutter}}`) would take twice as long.
    rows = [
        f"{on}{str(number).rjust(gutter)} |{off}{' ' if text else ''}{text}"
        for number, text in enumerate(shown, first)
    ]
    blank = f"{on}{' ' * gutter} |{off}"
    rows.append(blank)
    return blank + "\n" + "\n".join(rows[: above + 1]), "\n".join(rows[above + 1 :])


def _flat(block: Block, columns: tuple[int, int], palette: Palette) -> str:
    """A frame whose span is within one line."""
    lines, first, marked, gutter, rows = block
    if rows is None:
        shown = [_clipped(line) for line in lines]
        shown[marked], columns = _around(lines[marked], *columns)
        rows = _rows(shown, first, marked, gutter, palette)
    start, end = columns
    indent = f"{palette.gutter}{' ' * gutter} |{palette.reset} {' ' * start}"
    return f"{rows[0]}\n{indent}{palette.error}{'^' * (end - start)}{palette.reset}\n{rows[1]}"


def _clipped(line: bytes) -> str:
    """A line from its start, as far as it fits."""
    text = cells(line[: 8 * WIDTH].decode("utf-8", "replace"))
    if width(text) <= WIDTH:
        return text
    return _window(text, 0, WIDTH - 1) + "…"


def _around(line: bytes, start: int, end: int) -> tuple[str, tuple[int, int]]:
    """A line clipped so that the bytes `start..end` are in sight, and their columns."""
    low, high = max(0, start - 8 * WIDTH), min(len(line), start + 8 * WIDTH)
    before = cells(line[low:start].decode("utf-8", "replace"))
    left = width(before)
    inside = cells(line[start : min(end, high)].decode("utf-8", "replace"), left)
    right = left + width(inside)
    text = before + inside
    text += cells(line[min(end, high) : high].decode("utf-8", "replace"), right)
    if low == 0 and high == len(line) and width(text) <= WIDTH:
        return text, (left, right)
    skip = max(0, left - _LEAD) if right >= WIDTH or low else 0
    room = WIDTH - 1 - (skip > 0)
    window = _window(text, skip, skip + room)
    more = high < len(line) or width(text) > skip + room
    shift = (1 if skip else 0) - skip
    shown = ("…" if skip else "") + window + ("…" if more else "")
    return shown, (left + shift, min(right + shift, width(shown)))


def _window(text: str, start: int, end: int) -> str:
    """The characters within the columns `start..end`; a halved wide one becomes a blank."""
    if text.isascii():
        return text[start:end]
    kept, column = [], 0
    for char in text:
        if column >= end:
            break
        size = width(char)
        if column >= start and column + size <= end:
            kept.append(char)
        elif column + size > start:
            kept.append(" ")
        column += size
    return "".join(kept)


def _tall(
    lines: list[bytes],
    marked: tuple[int, int],
    first: int,
    gutter: int,
    end: int,
    palette: Palette,
) -> str:
    """A frame whose span goes over several lines: a bar beside them, a caret below the end."""
    blue, red, reset = palette.gutter, palette.error, palette.reset
    blank = f"{blue}{'':{gutter}} |{reset}"
    rows = [blank]
    left_out = range(marked[0] + TALLEST - 2, marked[1] - 1)
    for index, line in enumerate(lines):
        if index in left_out and len(left_out) > 1:
            if index == left_out.start:
                rows.append(f"{blue}{'...':<{gutter + 2}}{reset}{red}|{reset}")
            continue
        text = _clipped(line)
        mark = " "
        if marked[0] <= index <= marked[1]:
            mark = f"{red}{'/' if index == marked[0] else '|'}{reset}"
        row = f"{blue}{first + index:>{gutter}} |{reset} {mark} {text}"
        rows.append(row if text else row.rstrip(" "))
        if index == marked[1]:
            _, (_, end) = _around(line, 0, end)
            rows.append(f"{blank} {red}|{'_' * max(1, min(end, WIDTH))}^{reset}")
    rows.append(blank)
    return "\n".join(rows)
