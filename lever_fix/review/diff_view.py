"""The change of one finding: highlighted, changed words marked, unified or side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lever_fix.report.visible import cells, visible, width
from lever_fix.review.highlight import words
from lever_fix.review.hunks import Hunk, Row, side_by_side
from lever_fix.review.look import Look
from lever_fix.sources import SourceFile

_NEAR = 18
"""Columns from the edge within which a line is rather folded at a space."""
_NARROWEST = 4
"""Columns that code gets at least, however narrow the pane is."""
TWO_SIDES = 72
"""Columns from which on there is room for two sides."""
_BREAKS = " ,([{.=\"'/"
"""What a line is rather folded behind, a space before all others."""


class DiffView(ScrollView, can_focus=False):
    """Shows hunks in as many rows as they need; long lines are folded, none is cut."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._hunks: Sequence[tuple[Hunk, str, SourceFile]] = ()
        self._beside, self._columns = False, 0
        self._ground = look.text
        self._strips: list[Strip] = []

    def show(self, hunks: Sequence[tuple[Hunk, str, SourceFile]], *, beside: bool) -> None:
        """Show these hunks.

        Args:
            hunks: Each with a heading, which may be empty, and the file it changes.
            beside: Whether old and new stand side by side.
        """
        self._hunks, self._beside = hunks, beside
        self._lay_out()
        if self.scroll_offset.y:
            self.scroll_to(0, 0, animate=False)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows in sight; where there is more or less room than before, folded anew."""
        if self._columns != self.size.width:
            self._lay_out()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        number = y + self.scroll_offset.y
        columns = self.scrollable_content_region.width
        blank = self._look.text
        if number >= len(self._strips):
            return Strip.blank(columns, self._ground + blank)
        strip = self._strips[number].extend_cell_length(columns, blank).crop(0, columns)
        return strip.apply_style(self._ground)

    def _lay_out(self) -> None:
        columns = self._columns = self.size.width
        self._ground = self.rich_style  # once, as working it out takes longer than drawing a row
        self._strips = list(self._rows(columns)) if columns else []
        self.virtual_size = Size(columns, len(self._strips))
        self.refresh()

    def _rows(self, columns: int) -> Iterator[Strip]:
        largest = max(
            (max(row.old, row.new) for hunk, _, _ in self._hunks for row in hunk.rows), default=0
        )
        gutter = max(3, len(str(largest)))
        for number, (hunk, heading, source) in enumerate(self._hunks):
            if heading or number:
                yield self._heading(heading, columns)
            if self._beside and columns >= TWO_SIDES:
                yield from self._pairs(hunk, source, gutter, columns)
                continue
            for row in hunk.rows:
                line_number = row.old or row.new
                yield from self._line(row, hunk, source, (gutter, line_number), columns)

    def _heading(self, text: str, columns: int) -> Strip:
        if not text:
            return Strip([Segment(" ⋯", self._look.dim)])
        shown = f"── {visible(text)} "
        rule = "─" * max(0, columns - width(shown))
        return Strip([Segment(shown, self._look.accent), Segment(rule, self._look.gutter)])

    def _pairs(self, hunk: Hunk, source: SourceFile, gutter: int, columns: int) -> Iterator[Strip]:
        left_columns = (columns - 1) // 2
        right_columns = columns - 1 - left_columns
        bar = Strip([Segment("│", self._look.gutter)])
        for old, new in side_by_side(hunk.rows):
            left = self._side(old, hunk, source, (gutter, old.old if old else 0), left_columns)
            right = self._side(new, hunk, source, (gutter, new.new if new else 0), right_columns)
            for number in range(max(len(left), len(right))):
                one = left[number] if number < len(left) else self._empty(old, left_columns)
                other = right[number] if number < len(right) else self._empty(new, right_columns)
                yield Strip.join([one, bar, other])

    def _side(
        self, row: Row | None, hunk: Hunk, source: SourceFile, at: tuple[int, int], columns: int
    ) -> list[Strip]:
        return list(self._line(row, hunk, source, at, columns)) if row else []

    def _empty(self, row: Row | None, columns: int) -> Strip:
        return Strip.blank(columns, self._base(row.kind) if row else self._look.text)

    def _base(self, kind: str) -> Style:
        look = self._look
        return {"-": look.removed, "+": look.added}.get(kind, look.text)

    def _line(
        self, row: Row, hunk: Hunk, source: SourceFile, at: tuple[int, int], columns: int
    ) -> Iterator[Strip]:
        """One line of code as one row or more, each as wide as there is room."""
        gutter, number = at
        look, base = self._look, self._base(row.kind)
        room = max(_NARROWEST, columns - gutter - 4)
        sign = look.marks_of(row.kind)
        code = Strip(self._code(row, hunk.after if row.kind == "+" else source.view))
        pieces = code.divide(_cuts(code.text, room)) if code.cell_length > room else [code]
        for index, piece in enumerate(pieces):
            label = str(number).rjust(gutter) if index == 0 else " " * gutter
            shown = row.kind if index == 0 else " "
            head = [Segment(f"{label} ", base + look.gutter), Segment(f"{shown} ", base + sign)]
            strip = Strip([*head, *piece])
            yield strip.extend_cell_length(columns, base).crop(0, columns)

    def _code(self, row: Row, view: bytes) -> Iterator[Segment]:
        """The line's words, each in the style of what it is and whether it changed."""
        look, base = self._look, self._base(row.kind)
        tinted = look.tints or row.kind == " "
        marked = look.removed_word if row.kind == "-" else look.added_word
        text, column = row.text, 0
        for low, high, changed, kind in _pieces(row, view):
            shown = cells(text[low:high], column)
            column += width(shown)
            style = base
            if tinted and kind:
                style += look.syntax[kind]
            if changed:
                style += marked
            yield Segment(shown, style)


def _cuts(text: str, room: int) -> list[int]:
    """Columns at which a line is folded: behind a space where there is one near the edge."""
    ends = list(accumulate(map(cell_len, text)))  # the column behind each character
    columns = ends[-1] if ends else 0
    cuts: list[int] = []
    at = 0
    while columns - at > room:
        first = bisect_right(ends, at + max(1, room - _NEAR))
        last = max(bisect_right(ends, at + room), bisect_right(ends, at) + 1)
        fold = text.rfind(" ", first, last) + 1
        fold = fold or max(text.rfind(one, first, last) + 1 for one in _BREAKS) or last
        at = ends[fold - 1]
        cuts.append(at)
    return [*cuts, columns]


def _pieces(row: Row, view: bytes) -> Iterator[tuple[int, int, bool, str]]:
    """Ranges of a line that are of one kind, and changed or not as a whole."""
    ends: list[tuple[int, bool]] = []
    at = 0
    for text, changed in row.parts:
        at += len(text)
        ends.append((at, changed))
    number = 0
    for start, end, kind in words(view, row.starts, row.text):
        low = start
        while low < end and number < len(ends):
            high = min(end, ends[number][0])
            if high > low:
                yield low, high, ends[number][1], kind
            low = high
            if high >= ends[number][0]:
                number += 1
