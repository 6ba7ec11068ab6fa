"""The full-screen review: a list of findings, the change of one of them, and what goes with it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable

from rich.console import Console
from rich.text import Text
from textual import events, work
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size
from textual.widgets import Static

from lever_fix.errors import StoppedError, failure
from lever_fix.model import Plan
from lever_fix.report.visible import visible
from lever_fix.review import answering, session
from lever_fix.review.catalogue import parse_filter
from lever_fix.review.desk import Outcome, Review
from lever_fix.review.details import details, header, key_bar, problems_text
from lever_fix.review.dialogs import Line, Page, Question, all_keys, reflowed
from lever_fix.review.diff_view import TWO_SIDES, DiffView
from lever_fix.review.findings_list import FindingsList
from lever_fix.review.hunks import Hunk
from lever_fix.review.keys import KEYS, READING, context_after
from lever_fix.review.layout import CSS, Title
from lever_fix.review.look import THEMES, Look, look_for
from lever_fix.review.work import Work
from lever_fix.sources import SourceFile

Analysis = Callable[[Callable[[Plan, float], None]], Plan]
"""Finds what is to be reviewed; tells what it has so far, and what share of the work is done."""


_POLL = 2.0
"""Seconds between looks at whether files changed on the disk."""
_TICK = 0.1
"""Seconds between looks at how far a write is."""
_TALL = 30
"""Rows from which on there is room to leave some free."""
_FILTER_HINT = "words, safe, unsafe, codemod:ID, path:GLOB, is:undecided; empty shows all"


class ReviewApp(App[None]):
    """A review on the full screen; every letter is the one of the line prompt."""

    ENABLE_COMMAND_PALETTE = False
    CSS = CSS

    def __init__(
        self, review: Review, look: Look | None = None, analysis: Analysis | None = None
    ) -> None:
        """Take a review on.

        Args:
            review: What is to be decided.
            look: Colours; those that the terminal can show where none are given.
            analysis: What finds it while one looks; None where all is found.
        """
        self.look = look or look_for(Console().color_system, os.environ)
        super().__init__(ansi_color=not self.look.tints)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.look.theme
        self.review = review
        self._around, self._beside, self._filter = 3, False, ""
        self._drawn_for: Size | None = None
        self._analysis, self._share = analysis, 0.0
        self.work: Work | None = None
        self.failure: BaseException | None = None
        review.complete = analysis is None

    def compose(self) -> ComposeResult:
        """The screen: a line on top, list and change, a note, and the keys."""
        yield Static(id="header")
        with Horizontal(id="body"):
            yield FindingsList(self.look, self.review.desk.shown, self.review.desk.source)
            with Vertical(id="change"):
                yield Title(self.review, self.look)
                yield DiffView(self.look)
                with VerticalScroll(id="more", can_focus=False):
                    yield Static(id="details")
        yield Static(id="note")
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Show the first finding, and keep an eye on the disk."""
        gc.freeze()
        gc.enable()
        self.on_resize()  # before anything is laid out, so that this is done once
        self.set_interval(_POLL, self.look_at_disk)
        self._ticking = self.set_interval(_TICK, self._tick, pause=True)
        if self._analysis is not None:
            self.analyse(self._analysis)

    def on_resize(self) -> None:
        """Fit what is as wide as the screen."""
        if self._drawn_for != self.size and self.query("#keys"):
            self._drawn_for = self.size
            self.screen.set_class(self.size.height >= _TALL, "tall")
            self.show()

    def show(self) -> None:
        """Bring the screen up to date with the session."""
        review, look, columns = self.review, self.look, self.size.width
        hunks = review.hunks(self._around)  # first: it may find that a file has changed
        share = None if review.complete else self._share
        self._set("#header", header(review, look, columns, self._filter, share))
        self._set("#keys", key_bar(look, columns))
        self._show_note()
        self.query_one(FindingsList).show(review.session)
        self.query_one(Title).refresh()
        self._set("#details", details(review, look), layout=True)
        self.query_one(DiffView).show(self._headed(hunks), beside=self._beside)

    def _show_note(self) -> None:
        """Bring the line below up to date: how far a write is, or what the last key led to."""
        said = Text(visible(self.review.session.note), self.look.warning, no_wrap=True)
        self._set("#note", self.work.line(self.look) if self.work else said)

    def _set(self, selector: str, text: Text, *, layout: bool = False) -> None:
        """Show a text, which may be as high as it likes only with `layout`."""
        widget = self.query_one(selector, Static)
        if widget.content != text:
            widget.update(text, layout=layout)

    def _headed(self, hunks: list[Hunk]) -> list[tuple[Hunk, str, SourceFile]]:
        """The hunks, each with a heading where another file begins, and its file."""
        finding = self.review.session.current
        before = finding.path if finding else ""
        headed = []
        for hunk in hunks:
            heading = "" if hunk.path == before else self.review.desk.shown(hunk.path)
            headed.append((hunk, heading, self.review.desk.source(hunk.path)))
            before = hunk.path
        return headed

    # What is found while one looks.

    @work(thread=True)
    def analyse(self, analysis: Analysis) -> None:
        """Analyse beside the screen; what is found is shown as it comes."""
        found: list[Plan] = []
        try:
            error = failure(lambda: found.append(analysis(self._hear)))
        except StoppedError:
            return
        if error is not None:
            self._fail(error)
        else:
            self.call_from_thread(self._take, found[0], 1.0, True)

    def _fail(self, error: BaseException) -> None:
        """End the review from another thread; whoever started it says why."""
        self.failure = error
        self.call_from_thread(self.exit)

    def _hear(self, plan: Plan, share: float) -> None:
        if not self.is_running:  # the reviewer has gone
            raise StoppedError
        self.call_from_thread(self._take, plan, share, False)

    def _take(self, plan: Plan, share: float, complete: bool) -> None:
        self._share = share
        self.review.grow(plan, complete=complete)
        if complete and not self.review.session.view.order and not self._filter:
            self.exit()  # there is nothing to review, and whoever started this says so
        else:
            self.show()

    # Keys.

    def on_key(self, event: events.Key) -> None:
        """Carry out what a key stands for."""
        if len(self.screen_stack) > 1:
            if isinstance(self.screen, Line):
                self.screen.type(event)
            return
        arrows: dict[str, Callable[[], object]] = {
            "down": lambda: self._do("j"),
            "up": lambda: self._do("k"),
            "home": lambda: self._do("g"),
            "end": lambda: self._do("G"),
            "left": lambda: self.query_one(FindingsList).fold(open_=False),
            "right": lambda: self.query_one(FindingsList).fold(open_=True),
            "pagedown": lambda: self.query_one(DiffView).scroll_page_down(animate=False),
            "pageup": lambda: self.query_one(DiffView).scroll_page_up(animate=False),
            "space": lambda: self.query_one(DiffView).scroll_page_down(animate=False),
        }
        letter = event.character or ""
        if event.key in arrows:
            event.prevent_default().stop()
            arrows[event.key]()
        elif event.key == "escape":
            event.prevent_default().stop()
            self.stop()
        elif letter in KEYS:
            event.prevent_default().stop()
            self._do(letter)

    def _do(self, letter: str) -> None:
        key = KEYS[letter]
        if self.work is not None and letter not in READING:
            self.work.held = letter
            self._show_note()
            return
        if key.operation is not None:
            self.review.do(key.operation)
            self.show()
            return
        actions: dict[str, Callable[[], object]] = {
            "e": self.edit,
            "i": self.ignore,
            "/": self.filter,
            "v": lambda: self._look(self._around, not self._beside),
            "+": lambda: self._look(context_after(self._around, "+"), self._beside),
            "-": lambda: self._look(context_after(self._around, "-"), self._beside),
            "x": self.explain,
            "!": self.errors,
            "w": self.write,
            "q": self.leave,
            "?": lambda: self.push_screen(Page("Keys", all_keys(self.look), self.look)),
        }
        actions[letter]()

    def _look(self, context: int, beside: bool) -> None:
        self._around, self._beside = context, beside
        narrow = beside and self.query_one(DiffView).size.width < TWO_SIDES
        self.review.say("There is no room for two sides: widen the terminal." if narrow else "")
        self.show()

    def on_findings_list_picked(self, event: FindingsList.Picked) -> None:
        """Look at the finding that was clicked."""
        self.review.do(lambda one: session.go(one, event.at))
        self.show()

    def edit(self) -> None:
        """Hand the new code to the user's editor."""
        try:
            with self.suspend():
                self.review.edit()
        except SuspendNotSupported:
            self.review.edit()
        self.show()

    # The questions are asked at once: the next letter typed is part of the answer already.

    def ignore(self) -> None:
        """Ask why, and reject by a comment."""
        finding = self.review.session.current
        if finding is not None:
            hint = f"becomes `# lever: ignore[{finding.codemod}] …` above the statement"
            self.push_screen(Line("Why is it to stay?", hint, "", self.look), self._ignore)

    def _ignore(self, reason: str | None) -> None:
        if reason and reason.strip():
            self.review.do(lambda one: answering.suppress(one, reason.strip()))
        elif reason is not None:
            self.review.say("A comment without a reason helps nobody; nothing was decided.")
        self.show()

    def filter(self) -> None:
        """Ask what to show."""
        self.push_screen(Line("Show only", _FILTER_HINT, self._filter, self.look), self._narrow)

    def _narrow(self, words: str | None) -> None:
        if words is not None:
            self._filter = words.strip()
            self.review.do(lambda one: session.narrowed(one, parse_filter(self._filter)))
            self.show()

    def explain(self) -> None:
        """Show what the codemod says of itself."""
        finding = self.review.session.current
        if finding is not None:
            heading, _, rest = self.review.desk.explain(finding.codemod).partition("\n")
            body = Text(reflowed(rest.strip("\n")), self.look.text)
            self.push_screen(Page(visible(heading), body, self.look))

    def errors(self) -> None:
        """Show what could not be read or made."""
        if found := self.review.errors:
            body = problems_text(found, (), self.review.desk.shown, self.look)
            self.push_screen(Page("Errors", body, self.look))
        else:
            self.review.say("There are no errors.")
            self.show()

    def write(self, *, leaving: bool = False) -> None:
        """Write what is accepted beside the screen, and go on, or leave."""
        if self.review.may_write():
            self.work = Work(leaving=leaving)
            self._ticking.resume()
            self._carry_out(self.work)
        self.show()

    @work(thread=True)
    def _carry_out(self, under_way: Work) -> None:
        ended: list[Outcome] = []
        try:
            error = failure(lambda: ended.append(self.review.carry_out(under_way.watch)))
        except StoppedError:
            error, ended = None, [Outcome(note="Stopped; nothing was written.")]
        if error is not None:
            self._fail(error)
        else:
            self.call_from_thread(self._written, ended[0], under_way)

    def _written(self, outcome: Outcome, under_way: Work) -> None:
        """Go on with what is there after a write."""
        self.work = None
        self._ticking.pause()
        known = len(self.review.problems)
        self.review.take(outcome)
        if under_way.leaving and outcome.written and not self.review.unwritten:
            self.exit()
            return
        self.show()
        fresh = list(self.review.problems)[known:]
        if fresh or (outcome.written and under_way.said):
            body = problems_text(fresh, under_way.said, self.review.desk.shown, self.look)
            self.push_screen(Page("What came of it", body, self.look))

    def _tick(self) -> None:
        if self.work is not None and len(self.screen_stack) == 1:
            self._show_note()

    def stop(self) -> None:
        """Stop a write, if that can be."""
        if self.work is not None and not self.work.stop():
            self.work.held = "Esc"
        self._show_note()

    def action_help_quit(self) -> None:
        """Ctrl-C: stop what goes on, or leave."""
        if self.work is not None:
            self.stop()
        elif len(self.screen_stack) > 1:
            self.screen.dismiss(None)
        else:
            self.leave()

    async def action_quit(self) -> None:
        """Ctrl-Q: leave, as `q` does."""
        self._do("q")

    def leave(self) -> None:
        """Quit; ask first whether to write what is accepted."""
        if self.work is not None:
            self.work.leaving = not self.work.leaving
            self._show_note()
            return
        count = self.review.unwritten
        if count:
            noun = "the accepted finding" if count == 1 else f"{count:,} accepted findings"
            answers = (("y", "write"), ("n", "keep for later"))
            question = Question(f"Write {noun} before you go?", answers, self.look)
            self.push_screen(question, self._leave)
        else:
            self.exit()

    def _leave(self, answer: str | None) -> None:
        if answer == "y":
            self.write(leaving=True)  # where it is refused, it says why and stays
        elif answer == "n":
            self.exit()

    def look_at_disk(self) -> None:
        """Take note of files that changed."""
        if len(self.screen_stack) == 1 and self.work is None and self.review.refresh():
            self.show()
