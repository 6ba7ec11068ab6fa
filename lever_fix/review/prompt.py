"""The line prompt: one finding, one question, one line of answer.

It asks nothing of the terminal, so that it works over a dumb one and where a script pipes the
answers in. The end of the input is a `q` that writes nothing; every answer is saved by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from lever_fix.model import Verdict
from lever_fix.report.style import PLAIN, Palette
from lever_fix.report.text import render_problems
from lever_fix.report.visible import visible
from lever_fix.review import answering
from lever_fix.review.catalogue import parse_filter
from lever_fix.review.desk import Review
from lever_fix.review.keys import GROUPS, KEYS, context_after
from lever_fix.review.plain import render_finding
from lever_fix.review.session import narrowed

_LETTERS = "y,n,a,d,e,i,u,j,k,w,q,?"


@dataclass
class Prompt:
    """A review, and the two streams it goes over.

    Attributes:
        review: The review.
        input: Where answers come from, a line each.
        output: Where findings and questions go.
        palette: Colours.
        context: Lines around a change.
        beside: Whether changes stand side by side.
    """

    review: Review
    input: TextIO
    output: TextIO
    palette: Palette = PLAIN
    context: int = 3
    beside: bool = False

    def run(self) -> None:
        """Ask about one finding after the other, until there is no more input or a `q`."""
        show = True
        while True:
            self.review.refresh()
            self._note()
            if show:
                self._show()
            answer = self._ask(self._question())
            if answer is None:
                self._write_line("")
                return
            word, rest = answer.strip()[:1], answer.strip()[1:].strip()
            if word == "q":
                if self._quit():
                    return
                continue
            show = self._answer(word, rest)

    def _answer(self, word: str, rest: str) -> bool:
        """Carry one letter out; whether the finding is worth showing again."""
        special = self._special(rest).get(word)
        if special is not None:
            return special()
        key = KEYS.get(word)
        if key is None or key.operation is None:
            asked = f"'{visible(word)}' is no answer; " if word else ""
            self._write_line(f"{asked}`?` lists them all.")
            return False
        self.review.do(key.operation)
        return True

    def _special(self, rest: str) -> dict[str, Callable[[], bool]]:
        """What asks for more than the session."""
        return {
            "?": self._help,
            "+": lambda: self._look(context_after(self.context, "+"), self.beside),
            "-": lambda: self._look(context_after(self.context, "-"), self.beside),
            "v": lambda: self._look(self.context, not self.beside),
            "/": lambda: self._filter(rest),
            "e": lambda: self._done(self.review.edit),
            "i": lambda: self._ignore(rest),
            "w": lambda: self._done(self.review.write),
            "x": self._explain,
            "!": self._errors,
        }

    def _done(self, action: Callable[[], None]) -> bool:
        action()
        return True

    def _look(self, context: int, beside: bool) -> bool:
        self.context, self.beside = context, beside
        return True

    def _filter(self, rest: str) -> bool:
        words = rest or self._ask("filter (empty shows all): ") or ""
        self.review.do(lambda one: narrowed(one, parse_filter(words)))
        return True

    def _ignore(self, rest: str) -> bool:
        if self.review.session.current is None:
            return False
        reason = rest or (self._ask("why (empty leaves it): ") or "").strip()
        if reason:
            self.review.do(lambda one: answering.suppress(one, reason))
        else:
            self._write_line("A comment without a reason helps nobody; nothing was decided.")
        return bool(reason)

    def _explain(self) -> bool:
        current = self.review.session.current
        if current is not None:
            self.output.write(self.review.desk.explain(current.codemod))
        return False

    def _errors(self) -> bool:
        found, shown = self.review.errors, self.review.desk.shown
        said = render_problems(found, palette=self.palette, shown=shown)
        self._write_line(said.rstrip("\n") or "There are no errors.")
        return False

    def _help(self) -> bool:
        for title, keys in GROUPS:
            self._write_line(f"{title}:")
            for key in keys:
                self._write_line(f"  {key.letter}  {key.help}")
        return False

    def _quit(self) -> bool:
        """Whether to go; asks about what is accepted and unwritten."""
        count = self.review.unwritten
        if not count:
            return True
        answer = self._ask(f"Write {count:,} before you go? [y,n,c] ")
        word = (answer or "n").strip()[:1]
        if word == "y":
            self.review.write()
            self._note()
        elif word == "n":
            self._write_line(f"Nothing was written; {count:,} stay accepted for the next review.")
        return word in ("y", "n")

    def _question(self) -> str:
        counts = self.review.session.counts
        left, bold, reset = counts[None], self.palette.bold, self.palette.reset
        if self.review.session.current is None:
            return f"{bold}Nothing to decide here [/,w,u,q,?]{reset} "
        if not left:
            return f"{bold}All decided, {counts[Verdict.ACCEPT]:,} accepted [w,u,j,k,q,?]{reset} "
        return f"{bold}Accept this? {left:,} undecided [{_LETTERS}]{reset} "

    def _show(self) -> None:
        hunks = self.review.hunks(self.context)
        if self.review.session.current is None:
            return
        self.output.write(render_finding(self.review, hunks, self.palette, beside=self.beside))

    def _note(self) -> None:
        if self.review.session.note:
            self._write_line(visible(self.review.session.note))
            self.review.say("")

    def _ask(self, question: str) -> str | None:
        """A line of input; None at its end."""
        self.output.write(question)
        self.output.flush()
        line = self.input.readline()
        if not self.input.isatty():
            self._write_line(visible(line.rstrip("\r\n")))  # a transcript reads like a dialogue
        return line.rstrip("\r\n") if line else None

    def _write_line(self, text: str) -> None:
        self.output.write(f"{text}\n")
