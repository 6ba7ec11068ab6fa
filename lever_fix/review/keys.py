"""The letters of a review: the same in the line prompt and on the full screen."""

from __future__ import annotations

from dataclasses import dataclass

from lever_fix.review import answering, session
from lever_fix.review.session import Operation


@dataclass(frozen=True)
class Key:
    """One letter.

    Attributes:
        letter: What is typed.
        word: What it does, in a word, for the line of keys at the bottom.
        help: What it does, for the page of all keys.
        operation: What becomes of the session; None where more than the session is asked for.
    """

    letter: str
    word: str
    help: str
    operation: Operation | None = None


def _all(like: answering.Likeness) -> Operation:
    return lambda one: answering.accept_all(one, like)


def _none(like: answering.Likeness) -> Operation:
    return lambda one: answering.reject_all(one, like)


GROUPS: tuple[tuple[str, tuple[Key, ...]], ...] = (
    (
        "Answer",
        (
            Key("y", "accept", "accept this finding", answering.accept),
            Key("n", "reject", "reject it; it is not asked about again", answering.reject),
            Key("e", "edit", "edit the new code in your editor, and accept that"),
            Key("i", "ignore", "reject it by a comment in the code, with a reason"),
            Key("c", "clear", "make it undecided again", answering.clear),
            Key("u", "undo", "take the last answer back", answering.undo),
            Key("U", "redo", "give it again", answering.redo),
        ),
    ),
    (
        "Answer many: those undecided and no less safe than this one",
        (
            Key("a", "all in file", "accept the rest of this file", _all(answering.same_file)),
            Key("d", "none in file", "reject the rest of this file", _none(answering.same_file)),
            Key("A", "all of codemod", "accept all of this codemod", _all(answering.same_codemod)),
            Key("D", "none of codemod", "reject all of it", _none(answering.same_codemod)),
            Key("s", "all as safe", "accept all of this level", _all(answering.same_level)),
            Key("S", "none as safe", "reject all of this level", _none(answering.same_level)),
        ),
    ),
    (
        "Move",
        (
            Key("j", "next", "the next finding", lambda one: session.move(one, 1)),
            Key("k", "previous", "the one before", lambda one: session.move(one, -1)),
            Key("J", "next undecided", "the next undecided one", session.next_undecided),
            Key("K", "previous undecided", "the undecided one before", session.previous_undecided),
            Key("g", "first", "the first finding", session.first),
            Key("G", "last", "the last one", session.last),
        ),
    ),
    (
        "Look",
        (
            Key("/", "filter", "show only some: words, unsafe, codemod:ID, path:GLOB, is:rejected"),
            Key("t", "group", "codemods first, or files first", session.regrouped),
            Key("v", "side by side", "changes side by side, or one below the other"),
            Key("+", "more", "more lines around a change"),
            Key("-", "fewer", "fewer lines around it"),
            Key("x", "explain", "explain this codemod"),
            Key("!", "errors", "what could not be read or made, and why"),
        ),
    ),
    (
        "Finish",
        (
            Key("w", "write", "write what is accepted, and go on"),
            Key("q", "quit", "quit; every answer is kept"),
            Key("?", "help", "this page"),
        ),
    ),
)

KEYS = {key.letter: key for _, keys in GROUPS for key in keys}
"""Every letter."""

READING = frozenset("jkJKgG/tv+-x!q?")
"""Letters that change nothing, and so need not wait for a write to end."""

CONTEXTS = (0, 1, 3, 6, 12, 25, 50, 100)
"""Lines around a change that `+` and `-` go through."""


def context_after(now: int, letter: str) -> int:
    """The lines around a change after one more `+` or `-`."""
    if letter == "+":
        return next((one for one in CONTEXTS if one > now), now)
    return next((one for one in reversed(CONTEXTS) if one < now), now)
