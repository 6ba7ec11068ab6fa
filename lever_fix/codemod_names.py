"""How a user names a codemod: `PATH[:NAME]`, `MODULE[:NAME]`, or a Bowler query."""

from __future__ import annotations

import re
from dataclasses import dataclass

QUERY = "bowler:"
"""What a Bowler query that is written out starts with."""

_NAMED = re.compile(
    r"(?P<place>.*?\.py|[^:(]+)(?::(?P<name>[\w.-]+)(?:\((?P<arguments>.*)\))?)?", re.DOTALL
)


@dataclass(frozen=True)
class CodemodName:
    """What a user wrote, taken apart.

    Attributes:
        place: A file that ends in `.py`, or the dotted name of a module; empty for a query.
        name: What is meant in it; empty for everything.
        arguments: What it is called with, as written between the parentheses.
        query: A Bowler query that is written out, without its prefix.
    """

    place: str = ""
    name: str = ""
    arguments: str = ""
    query: str = ""

    @property
    def is_file(self) -> bool:
        """Whether the place is a path."""
        return self.place.endswith(".py")


def parse_codemod_name(written: str) -> CodemodName:
    """Take a codemod's name apart; what makes no sense is taken for a place that is not there."""
    if written.startswith(QUERY):
        return CodemodName(query=written.removeprefix(QUERY).strip())
    match = _NAMED.fullmatch(written)
    if match is None:
        return CodemodName(place=written)
    return CodemodName(match["place"], match["name"] or "", match["arguments"] or "")


def with_place(written: str, place: str) -> str:
    """The same codemod in another place."""
    return place + written[len(parse_codemod_name(written).place) :]
