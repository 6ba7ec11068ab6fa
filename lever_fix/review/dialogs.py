"""What stands over the review for a moment: all keys, a text, a question, a line to type."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from lever_fix.review.keys import GROUPS
from lever_fix.review.look import Look

_OTHERS = (
    ("↑ ↓", "the finding before, the next"),
    ("← →", "fold and unfold a group"),
    ("PgUp PgDn", "scroll the change"),
    ("Esc", "stop a write"),
    ("click", "look at a finding; fold and unfold a group"),
)
_SIGNS = (
    ("· ✓ ✗ #", "undecided, accepted, rejected, ignored by a comment"),
    ("≠", "cannot be made with what is accepted"),
    ("e", "accepted as edited by hand"),
    ("! ?", "unsafe; a place to look at, without a fix"),
)


class Page(ModalScreen[None]):
    """A text to read and leave: any letter closes it, the arrows scroll."""

    def __init__(self, title: str, body: Text, look: Look) -> None:
        super().__init__()
        self._title, self._body, self._look = title, body, look

    def compose(self) -> ComposeResult:
        """A box with a heading, the text, and how to leave."""
        with Vertical(classes="box"):
            yield Static(Text(self._title, self._look.strong), classes="heading")
            with VerticalScroll(can_focus=True):
                yield Static(self._body)
            yield Static(Text("Esc closes, ↑ ↓ scroll", self._look.dim), classes="hint")

    def on_key(self, event: events.Key) -> None:
        """Leave at any key that does not scroll."""
        scrolling = {"j": "down", "k": "up", "space": "pagedown"}
        scroll = self.query_one(VerticalScroll)
        if event.key in scrolling:
            event.stop()
            step = scroll.scroll_page_down if event.key == "space" else None
            step = step or (scroll.scroll_down if event.key == "j" else scroll.scroll_up)
            step(animate=False)
        elif event.key not in ("up", "down", "pageup", "pagedown", "home", "end"):
            event.stop()
            self.dismiss()

    def on_click(self, event: events.Click) -> None:
        """Leave where somebody clicks beside the box."""
        if event.widget is self:
            self.dismiss()


class Question(ModalScreen[str]):
    """A question that one letter answers; Esc answers with none."""

    def __init__(self, text: str, answers: tuple[tuple[str, str], ...], look: Look) -> None:
        super().__init__()
        self._text, self._answers, self._look = text, answers, look

    def compose(self) -> ComposeResult:
        """A box with the question and its answers."""
        with Vertical(classes="box small"):
            yield Static(Text(self._text, self._look.strong))
            options = Text("\n")
            for letter, word in self._answers:
                options.append(letter, self._look.key)
                options.append(f" {word}   ", self._look.text)
            options.append("Esc", self._look.key)
            options.append(" go back", self._look.text)
            yield Static(options)

    def on_key(self, event: events.Key) -> None:
        """Take an answer."""
        event.stop()
        if event.key in ("escape", "ctrl+c"):
            self.dismiss("")
        elif event.character in dict(self._answers):
            self.dismiss(event.character)


class Line(ModalScreen[str | None]):
    """A line to type; Esc gives None."""

    def __init__(self, title: str, hint: str, value: str, look: Look) -> None:
        super().__init__()
        self._title, self._hint, self._value, self._look = title, hint, value, look

    def compose(self) -> ComposeResult:
        """A box with a heading, the line, and what may stand in it."""
        with Vertical(classes="box small"):
            yield Static(Text(self._title, self._look.strong))
            yield Input(self._value, compact=True)
            yield Static(Text(self._hint, self._look.dim), classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line."""
        self.dismiss(event.value)

    def on_key(self, event: events.Key) -> None:
        """Leave without one."""
        if event.key in ("escape", "ctrl+c"):
            event.stop()
            self.dismiss(None)
        else:
            self.type(event)

    def type(self, event: events.Key) -> None:
        """Take what was typed before the line was there: it belongs in it, too."""
        if not event.is_printable or not event.character:
            return
        event.stop()
        if lines := self.query(Input):
            lines.first().insert_text_at_cursor(event.character)
        else:
            self._value += event.character


def reflowed(text: str) -> str:
    """Prose in paragraphs of one line each, to be folded by whoever shows it; code as it is."""
    blocks = text.split("\n\n")
    return "\n\n".join(
        block if any(line[:1] in " -|*" for line in block.split("\n")) else block.replace("\n", " ")
        for block in blocks
    )


def all_keys(look: Look) -> Text:
    """Every key and what it does."""
    text = Text()
    for title, keys in GROUPS:
        text.append(f"{title}\n", look.accent)
        for key in keys:
            text.append(f"  {key.letter}  ", look.key)
            text.append(f"{key.help}\n", look.text)
        text.append("\n")
    for title, rows in (("Arrows and the mouse", _OTHERS), ("Signs", _SIGNS)):
        text.append(f"{title}\n", look.accent)
        for letters, words in rows:
            text.append(f"  {letters:<9}", look.key)
            text.append(f"  {words}\n", look.text)
        text.append("\n")
    return text
