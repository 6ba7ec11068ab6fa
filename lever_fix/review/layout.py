"""Where what stands on the full screen, and the line above a change."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from lever_fix.review.desk import Review
from lever_fix.review.details import title
from lever_fix.review.look import Look

CSS = """
Screen { layout: vertical; }
#header, #note, #keys { height: 1; width: 100%; }
#header { background: $panel; }
#keys { background: $panel; }
#note { padding: 0 1; }
#body { height: 1fr; }
ScrollView, VerticalScroll { overflow-x: hidden; scrollbar-size-vertical: 1;
    scrollbar-background: $background; scrollbar-background-hover: $background;
    scrollbar-background-active: $background; scrollbar-color: $border;
    scrollbar-color-hover: $accent; scrollbar-color-active: $accent; }
FindingsList { width: 36%; min-width: 28; max-width: 56; border-right: solid $border; }
#change { width: 1fr; }
Title { height: 1; padding: 0 1; }
.tall Title { margin-bottom: 1; }
DiffView { height: 1fr; }
#more { height: auto; max-height: 40%; border-top: solid $border; padding: 0 1; }
Page, Question, Line { align: center middle; background: $background 60%; }
.box { width: 80; max-width: 92%; height: 90%; padding: 0 2;
    background: $panel; border: round $border; }
.small { width: 64; height: auto; padding: 1 2; }
.box VerticalScroll { height: 1fr; scrollbar-background: $panel; }
.heading { margin-bottom: 1; }
.hint { margin-top: 1; }
Input { margin-top: 1; background: $background; }
"""


class Title(Widget):
    """Where the finding that is looked at stands, and how safe it is."""

    def __init__(self, review: Review, look: Look) -> None:
        super().__init__()
        self._review, self._look = review, look

    def render(self) -> Text:
        """One line, as wide as there is room."""
        return title(self._review, self._look, self.size.width)
