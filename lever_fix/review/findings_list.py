"""The list of findings: codemods, files and findings, or files first; folded or not.

Only the rows in sight are drawn, and the rows themselves are few and flat, so that thousands of
findings cost no more than a screenful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from lever_fix.errors import SourceError
from lever_fix.model import Finding, Safety, Verdict
from lever_fix.report.visible import visible, width
from lever_fix.review.look import Look
from lever_fix.review.session import Session
from lever_fix.sources import SourceFile

MARKS = {Verdict.ACCEPT: "✓", Verdict.REJECT: "✗", Verdict.SUPPRESS: "#", None: "·"}
"""What stands before a finding of each verdict, and before an undecided one."""
_LEVEL_MARKS = {Safety.SAFE: "", Safety.UNSAFE: " !", Safety.DISPLAY: " ?"}


class Node(NamedTuple):
    """One row of the list.

    Attributes:
        depth: How far it is indented.
        label: A group's name; empty for a finding.
        group: What a group is known by: the names down to it.
        places: The findings in it; for a finding itself, one.
    """

    depth: int
    label: str
    group: tuple[str, ...]
    places: tuple[int, ...]


class FindingsList(ScrollView, can_focus=False):
    """Shows a session's findings, and says which of them was clicked."""

    class Picked(Message):
        """A finding was clicked."""

        def __init__(self, at: int) -> None:
            self.at = at
            super().__init__()

    def __init__(
        self, look: Look, shown: Callable[[str], str], source: Callable[[str], SourceFile]
    ) -> None:
        """Start with nothing to show.

        Args:
            look: Colours.
            shown: How to show a path.
            source: The files as they were analysed.
        """
        super().__init__()
        self._look, self._shown, self._source = look, shown, source
        self._folded: set[tuple[str, ...]] = set()
        self._session: Session | None = None
        self._base = look.text
        self._shown_nodes: list[Node] = []
        self._row_of: dict[int, int] = {}
        self._groups: dict[tuple[str, ...], Node] = {}

    def show(self, session: Session) -> None:
        """Show a session as it stands, with the finding that is looked at in sight."""
        before, self._session = self._session, session
        self._base = self.rich_style  # working it out for each row would take longer than the row
        if before is None or before.view is not session.view or self._hides(session.at):
            self._reveal(session.at)
            self._rebuild()
        self._follow()
        self.refresh()

    def on_resize(self) -> None:
        """Keep the finding that is looked at in sight."""
        self._follow()

    def _follow(self) -> None:
        """Scroll until the finding that is looked at is in sight."""
        row = self._row_of.get(self._session.at) if self._session else None
        if row is not None and self.size:
            # The group's own row stays in sight above its first finding.
            region = Region(0, max(0, row - 2), 1, 4)
            self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def fold(self, *, open_: bool) -> None:
        """Fold the group of the finding that is looked at, or unfold it."""
        group = self._group_of(self._session.at) if self._session else ()
        for names in (group, group[:1]):
            if names and (names in self._folded) == open_:
                self._toggle(names)
                return

    def on_click(self, event: events.Click) -> None:
        """Look at what was clicked; fold or unfold a group."""
        number = event.y + self.scroll_offset.y
        if not 0 <= number < len(self._shown_nodes):
            return
        node = self._shown_nodes[number]
        if node.label:
            self._toggle(node.group)
        else:
            self.post_message(self.Picked(node.places[0]))

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        columns = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if self._session is None or number >= len(self._shown_nodes):
            return Strip.blank(columns, self._base)
        node = self._shown_nodes[number]
        here = self._session.at in node.places and (not node.label or node.group in self._folded)
        segments = self._group(node, columns) if node.label else self._finding(node, columns)
        strip = Strip(segments).extend_cell_length(columns, self._look.text).crop(0, columns)
        strip = strip.apply_style(self._base)
        return self._marked(strip) if here else strip

    def _marked(self, strip: Strip) -> Strip:
        """The row of the finding that is looked at; reverse video goes over no other colour."""
        cursor = self._look.cursor
        segments = [
            Segment(text, (own or Style()) + cursor if self._look.tints else cursor)
            for text, own, _ in strip
        ]
        return Strip(segments, strip.cell_length)

    def _group(self, node: Node, columns: int) -> Iterator[Segment]:
        assert self._session is not None
        verdicts = [self._session.verdict(at) for at in node.places]
        done, total = sum(one is not None for one in verdicts), len(verdicts)
        count = f"{done:,}/{total:,}" if done else f"{total:,}"
        taken = all(one is Verdict.ACCEPT for one in verdicts)
        count = f"{MARKS[Verdict.ACCEPT]} {count}" if taken else count
        fold = "▸" if node.group in self._folded else "▾"
        head = f"{'  ' * node.depth}{fold} "
        room = columns - len(head) - len(count) - 2
        is_path = node.depth > 0 or self._session.view.by_file
        label = _clipped(visible(node.label), room, left=is_path)
        gap = " " * max(1, columns - len(head) - width(label) - len(count) - 1)
        style = self._look.strong if node.depth == 0 else self._look.accent
        yield Segment(head, self._look.dim)
        yield Segment(label, style)
        yield Segment(gap)
        yield Segment(count, self._look.marks[Verdict.ACCEPT] if taken else self._look.dim)

    def _finding(self, node: Node, columns: int) -> Iterator[Segment]:
        session, look = self._session, self._look
        assert session is not None
        at = node.places[0]
        finding, verdict = session.catalogue.findings[at], session.verdict(at)
        mark, style = MARKS[verdict], look.marks[verdict]
        if verdict is None and session.blockers(at):
            mark, style = "≠", look.warning
        decision = session.decision(at)
        edited = decision is not None and decision.edited
        signs = (" e" if edited else "") + _LEVEL_MARKS[finding.safety]
        head = "  " * node.depth
        number, about = self._place(finding, columns - len(head) - len(signs) - 8)
        room = columns - len(head) - len(number) - len(signs) - 3
        label = _clipped(visible(about[:200]), room)
        text = look.text if verdict is None else look.dim
        yield Segment(head)
        yield Segment(f"{mark} ", style)
        yield Segment(f"{number} ", look.gutter)
        yield Segment(label, text)
        yield Segment(" " * max(0, room - width(label)))
        yield Segment(signs[:2] if edited else "", look.accent)
        yield Segment(_LEVEL_MARKS[finding.safety], look.levels[finding.safety])

    def _place(self, finding: Finding, room: int) -> tuple[str, str]:
        """The number of a finding's line, and the line; from the place on where it is too long."""
        try:
            source = self._source(finding.path)
        except SourceError:
            return "   ?", "(the file is gone)"
        line, column = source.position(finding.span.start)
        whole = source.line(line)
        text = whole.strip()
        if self._session is not None and self._session.view.by_file:
            text = f"{finding.codemod}  {text}"
        elif width(text) > room and whole[: column - 1].strip():
            text = f"…{whole[column - 1 :].strip()}"
        return f"{line:>4}", text

    def _rebuild(self) -> None:
        assert self._session is not None
        nodes = self._shown_nodes = list(_nodes(self._session, self._folded, self._shown))
        self._row_of = {node.places[0]: row for row, node in enumerate(nodes) if not node.label}
        # As wide as the list is, whatever its width: only rows are scrolled over.
        self.virtual_size = Size(0, len(nodes))

    def _group_of(self, at: int) -> tuple[str, ...]:
        if self._session is None or at < 0:
            return ()
        finding = self._session.catalogue.findings[at]
        by_file = self._session.view.by_file
        return (finding.path,) if by_file else (finding.codemod, finding.path)

    def _hides(self, at: int) -> bool:
        return at >= 0 and at not in self._row_of

    def _reveal(self, at: int) -> None:
        group = self._group_of(at)
        self._folded -= {group, group[:1]}

    def _toggle(self, group: tuple[str, ...]) -> None:
        self._folded ^= {group}
        self._rebuild()
        self.refresh()


def _nodes(
    session: Session, folded: set[tuple[str, ...]], shown: Callable[[str], str]
) -> Iterator[Node]:
    """The rows: each group, and below it what it holds unless it is folded."""
    for codemod, places in _grouped(session, session.view.order, "codemod"):
        if session.view.by_file:
            yield from _file_nodes(session, places, (), folded, shown)
            continue
        yield Node(0, codemod, (codemod,), tuple(places))
        if (codemod,) not in folded:
            yield from _file_nodes(session, places, (codemod,), folded, shown)


def _file_nodes(
    session: Session,
    places: list[int],
    above: tuple[str, ...],
    folded: set[tuple[str, ...]],
    shown: Callable[[str], str],
) -> Iterator[Node]:
    for path, inside in _grouped(session, places, "path"):
        group = (*above, path)
        yield Node(len(above), shown(path), group, tuple(inside))
        if group not in folded:
            yield from (Node(len(above) + 1, "", group, (at,)) for at in inside)


def _grouped(session: Session, places: object, name: str) -> Iterator[tuple[str, list[int]]]:
    """Runs of places whose findings have the same codemod or path; all of them where files lead."""
    findings = session.catalogue.findings
    if name == "codemod" and session.view.by_file:
        yield "", list(places)  # type: ignore[call-overload]
        return
    inside: list[int] = []
    value = ""
    for at in places:  # type: ignore[attr-defined]
        one = getattr(findings[at], name)
        if one != value and inside:
            yield value, inside
            inside = []
        value = one
        inside.append(at)
    if inside:
        yield value, inside


def _clipped(text: str, room: int, *, left: object = False) -> str:
    """A text within so many columns; the end of a path tells more than its start."""
    if width(text) <= room:
        return text
    while text and width(text) > max(1, room) - 1:
        text = text[1:] if left else text[:-1]
    return f"…{text}" if left else f"{text}…"
