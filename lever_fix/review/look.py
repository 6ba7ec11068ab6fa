"""Colours of the full-screen review: for many colours, for sixteen, and for none.

With sixteen colours the terminal's own theme decides what they are, so that only foregrounds and
reverse video are used; without colour, bold, underlined and reverse text tell things apart.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from lever_fix.model import Safety, Verdict


class Colours(enum.Enum):
    """How many colours a terminal shows."""

    MANY = enum.auto()
    SIXTEEN = enum.auto()
    NONE = enum.auto()


def _style(text: str) -> Style:
    return Style.parse(text) if text else Style()


@dataclass(frozen=True)
class Look:
    """The styles of one kind of terminal.

    Attributes:
        theme: Name of the Textual theme that goes with it.
        syntax: Style of each kind of word in code; changed lines may go without.
        tints: Whether changed lines keep the colours of their syntax.
        marks: Style of each verdict's mark; None is for undecided ones.
        levels: Style of each safety level.
    """

    theme: str
    text: Style
    dim: Style
    strong: Style
    accent: Style
    gutter: Style
    removed: Style
    removed_word: Style
    added: Style
    added_word: Style
    cursor: Style
    warning: Style
    key: Style
    syntax: Mapping[str, Style]
    tints: bool
    marks: Mapping[Verdict | None, Style]
    levels: Mapping[Safety, Style]

    def marks_of(self, kind: str) -> Style:
        """Style of the sign before a line: `-`, `+` or a space."""
        return {"-": self.marks[Verdict.REJECT], "+": self.marks[Verdict.ACCEPT]}.get(
            kind, self.text
        )


@cache
def look_of(colours: Colours) -> Look:
    """The look with so many colours; made when it is wanted, as parsing its styles takes time."""
    theme, tints, styles = _STYLES[colours]
    found = {name: _style(text) for name, text in styles.items()}
    names = ("keyword", "string", "comment", "number", "name", "decorator", "constant")
    plain = "text dim strong accent gutter removed removed_word added added_word cursor warning key"
    return Look(
        theme=theme,
        tints=tints,
        syntax={name: found[name] for name in names},
        marks={
            Verdict.ACCEPT: found["accept"],
            Verdict.REJECT: found["reject"],
            Verdict.SUPPRESS: found["ignore"],
            None: found["dim"],
        },
        levels={
            Safety.SAFE: found["safe"],
            Safety.UNSAFE: found["unsafe"],
            Safety.DISPLAY: found["display"],
        },
        **{name: found[name] for name in plain.split()},
    )


_MANY = (
    "lever-fix",
    True,
    {
        "text": "#d7dde6",
        "dim": "#8b95a5",
        "strong": "bold #f0f3f7",
        "accent": "#8ab8ff",
        "gutter": "#6b7585",
        "removed": "on #34191f",
        "removed_word": "on #7d2c38",
        "added": "on #14301f",
        "added_word": "on #22663a",
        "cursor": "bold on #26405f",
        "warning": "#f0c36d",
        "key": "bold #8ab8ff",
        "keyword": "#ff8f85",
        "string": "#a5d6ff",
        "comment": "italic #8b95a5",
        "number": "#8cc4ff",
        "name": "#d9b5ff",
        "decorator": "#d9b5ff",
        "constant": "#8cc4ff",
        "accept": "bold #7ee08f",
        "reject": "bold #ff8a94",
        "ignore": "bold #c9a9f7",
        "safe": "#7ee08f",
        "unsafe": "#f0c36d",
        "display": "#c9a9f7",
    },
)
_SIXTEEN = (
    "lever-fix-ansi",
    False,
    {
        "text": "",
        "dim": "dim",
        "strong": "bold",
        "accent": "cyan",
        "gutter": "blue",
        "removed": "red",
        "removed_word": "red reverse",
        "added": "green",
        "added_word": "green reverse",
        "cursor": "reverse",
        "warning": "yellow",
        "key": "bold cyan",
        "keyword": "magenta",
        "string": "cyan",
        "comment": "dim italic",
        "number": "blue",
        "name": "bold",
        "decorator": "bold",
        "constant": "blue",
        "accept": "bold green",
        "reject": "bold red",
        "ignore": "bold magenta",
        "safe": "green",
        "unsafe": "yellow",
        "display": "magenta",
    },
)
_NONE = (
    "lever-fix-ansi",
    False,
    {
        "text": "",
        "dim": "dim",
        "strong": "bold",
        "accent": "bold",
        "gutter": "dim",
        "removed": "",
        "removed_word": "reverse",
        "added": "bold",
        "added_word": "bold reverse",
        "cursor": "reverse",
        "warning": "bold",
        "key": "bold",
        "keyword": "",
        "string": "",
        "comment": "dim",
        "number": "",
        "name": "",
        "decorator": "",
        "constant": "",
        "accept": "bold",
        "reject": "bold",
        "ignore": "bold",
        "safe": "",
        "unsafe": "bold",
        "display": "bold",
    },
)

_STYLES: Mapping[Colours, tuple[str, bool, Mapping[str, str]]] = {
    Colours.MANY: _MANY,
    Colours.SIXTEEN: _SIXTEEN,
    Colours.NONE: _NONE,
}

_MANY_THEME = Theme(
    name="lever-fix",
    primary="#8ab8ff",
    secondary="#8ab8ff",
    warning="#f0c36d",
    error="#ff8a94",
    success="#7ee08f",
    accent="#8ab8ff",
    foreground="#d7dde6",
    background="#10141a",
    surface="#10141a",
    panel="#1a212b",
    dark=True,
    variables={"border": "#2c3644", "border-blurred": "#2c3644"},
)


# The terminal's own colours: none is painted over but for what reverse video marks.
_ANSI_THEME = replace(
    BUILTIN_THEMES["ansi-dark"],
    name="lever-fix-ansi",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "border": "ansi_bright_black",
        "accent": "ansi_cyan",
    },
)
THEMES = (_MANY_THEME, _ANSI_THEME)


def look_for(color_system: str | None, environ: Mapping[str, str]) -> Look:
    """The look for a terminal that can show so many colours.

    Args:
        color_system: As rich calls it; None where there is no colour.
        environ: Environment variables: `NO_COLOR` forbids colour.
    """
    if environ.get("NO_COLOR") or color_system is None:
        return look_of(Colours.NONE)
    return look_of(Colours.SIXTEEN if color_system == "standard" else Colours.MANY)
