"""Where a name is called or handed on, all over a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lever_fix.index.facts import Mention, ModuleFacts


@dataclass(frozen=True)
class Mentions:
    """Which files mention a name, and under which names modules hand it on.

    The mentions themselves are as many as all calls of a project, so they are looked up in the
    facts of the files that are named here, once for each name that is asked for.

    Attributes:
        facts: The facts of each file, by path.
        files: Paths by the last part of what a file mentions.
        aliases: Other names by the last part of what they stand for.
    """

    facts: Mapping[str, ModuleFacts]
    files: Mapping[str, list[str]]
    aliases: Mapping[str, set[str]]
    _known: dict[str, list[tuple[str, Mention]]] = field(default_factory=dict)

    def of(self, name: str) -> list[tuple[str, Mention]]:
        """Every mention whose last part is a name, with its file."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = [
                (path, mention)
                for path in self.files.get(name, ())
                for mention in self.facts[path].mentions
                if last(mention.target) == name
            ]
        return found

    def closure(self, name: str) -> set[str]:
        """A name with all that it is handed on as."""
        found: set[str] = set()
        pending = [name]
        while pending:
            one = pending.pop()
            if one not in found:
                found.add(one)
                pending += self.aliases.get(one, ())
        return found


def mentions_of(facts: Mapping[str, ModuleFacts]) -> Mentions:
    """The mentions of all files."""
    files: dict[str, list[str]] = {}
    aliases: dict[str, set[str]] = {}
    for path, one in facts.items():
        for name in {last(mention.target) for mention in one.mentions}:
            files.setdefault(name, []).append(path)
        for bound, target in renamed(one):
            aliases.setdefault(last(target), set()).add(bound)
    return Mentions(facts, files, aliases)


def renamed(facts: ModuleFacts) -> list[tuple[str, str]]:
    """Names of a module under which it knows something of another name, with what that is."""
    pairs = (*facts.imports.items(), *facts.aliases.items())
    return [(bound, target) for bound, target in pairs if bound != last(target)]


def last(target: str) -> str:
    """The last part of a dotted name."""
    return target.rpartition(".")[2]
