"""How a user names a codemod: `PATH[:NAME]`, `MODULE[:NAME]`, or a Bowler query.

Where what it would be called is long, as with arguments, an id goes in front: `rename-user=…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

QUERY = "bowler:"
"""What a Bowler query that is written out starts with."""

_ID = re.compile(r"(?P<id>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)=(?P<rest>.*)", re.DOTALL)
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
        id: What it is to be called; empty for what it is called by itself.
    """

    place: str = ""
    name: str = ""
    arguments: str = ""
    query: str = ""
    id: str = ""

    @property
    def is_file(self) -> bool:
        """Whether the place is a path."""
        return self.place.endswith(".py")


def parse_codemod_name(written: str) -> CodemodName:
    """Take a codemod's name apart; what makes no sense is taken for a place that is not there."""
    called = _ID.fullmatch(written)
    id, rest = (called["id"], called["rest"]) if called else ("", written)
    if rest.startswith(QUERY):
        return CodemodName(query=rest.removeprefix(QUERY).strip(), id=id)
    match = _NAMED.fullmatch(rest)
    if match is None:
        return CodemodName(place=rest, id=id)
    return CodemodName(match["place"], match["name"] or "", match["arguments"] or "", id=id)


def with_place(written: str, place: str) -> str:
    """The same codemod in another place."""
    named = parse_codemod_name(written)
    called = f"{named.id}=" if named.id else ""
    return called + place + written[len(called) + len(named.place) :]
