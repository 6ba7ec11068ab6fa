"""What was worked out about a project, each answer once, with all that it relies on.

An answer relies on files, or on entries of a table: on what the whole project comes to for one
key. Somebody who changes a file then finds out which answers still hold, without asking again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import msgspec

from lever_fix.index.facts import ModuleFacts

if TYPE_CHECKING:
    from lever_fix.index.index import Index

EVERYTHING = "*"
"""Stands for all Python files among those that an answer relies on."""

Made = TypeVar("Made")
Asked = str | tuple[str, str]
"""What an answer may rely on: a path, or the name of a table and a key of it."""

Answers = Mapping[Any, tuple[Any, tuple[Asked, ...]]]
"""What was worked out, by key, each with what it relies on."""


def is_outside(asked: Asked) -> bool:
    """Whether it is a file that is no part of the project's code: a manifest, a configuration."""
    return isinstance(asked, str) and asked != EVERYTHING and not asked.endswith(".py")


@dataclass(frozen=True)
class Table(Generic[Made]):
    """Something that takes the whole project to work out, and is asked for by key.

    Who asks relies on the entry, and on nothing that it was made of: where a change somewhere
    leaves the entry as it was, what was made of it holds.

    Attributes:
        name: What it is noted under; no other table may have it.
        entry: Makes an entry, a value that msgspec can encode. The order in it must not depend on
            what was asked before.
    """

    name: str
    entry: Callable[[Index, str], Made]


@dataclass(kw_only=True)
class Memory:
    """Answers, and what the one that is being worked out has asked for so far.

    Attributes:
        asked: What was asked for since this was last emptied.
        tables: Tables that may be asked for by name.
    """

    asked: set[Asked] = field(default_factory=set)
    tables: dict[str, Table[Any]] = field(default_factory=dict)
    _memo: dict[Any, tuple[Any, tuple[Asked, ...]]] = field(default_factory=dict)
    _entries: dict[tuple[str, str], Any] = field(default_factory=dict)
    _digests: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def remember(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` returns, worked out once, and noted as asked for by everyone who asks."""
        return self.recall(self._memo, key, make)

    def recall(
        self,
        memo: MutableMapping[Any, tuple[Any, tuple[Asked, ...]]],
        key: Hashable,
        make: Callable[[], Any],
    ) -> Any:
        """The same, kept elsewhere: in the memo of a module, say, which goes with its tree."""
        known = memo.get(key)
        if known is None:
            known = memo[key] = self.apart(make)
        else:
            self.asked.update(known[1])
        return known[0]

    def apart(self, make: Callable[[], Made]) -> tuple[Made, tuple[Asked, ...]]:
        """What `make` returns, and what it asked for; whoever asks it has asked for that, too."""
        before, self.asked = self.asked, set()
        try:
            made = make()
        finally:
            inner, self.asked = self.asked, before
            before |= inner
        if EVERYTHING in inner:
            inner = {EVERYTHING, *filter(is_outside, inner)}
        return made, tuple(inner)

    def answers(self, keys: Iterable[Hashable]) -> Answers:
        """What was worked out under some keys, for an index of the same project to start with."""
        return {key: self._memo[key] for key in keys}

    def forget(self, key: Hashable) -> None:
        """Work out the answer anew when it is asked for again."""
        self._memo.pop(key, None)

    def entry(self, table: Table[Made], key: str) -> Made:
        """An entry of a table, made once; who asks relies on what it says, and on nothing else."""
        noted = table.name, key
        if noted not in self._entries:
            before, self.asked = self.asked, set()
            try:
                self._entries[noted] = table.entry(cast("Index", self), key)
            finally:
                self.asked = before
        self.tables[table.name] = table
        self.asked.add(noted)
        found: Made = self._entries[noted]
        return found

    def entry_digest(self, noted: tuple[str, str]) -> bytes:
        """Digest of an entry, by the name of its table and its key.

        Raises:
            KeyError: No table of the name is known.
        """
        found = self._digests.get(noted)
        if found is None:
            entry = self.entry(self.tables[noted[0]], noted[1])
            encoded = msgspec.msgpack.encode((noted, entry))
            found = self._digests[noted] = hashlib.blake2b(encoded, digest_size=16).digest()
        return found


class NotedFacts(Mapping[str, ModuleFacts]):
    """The facts of a project; whatever is asked of them is noted as asked for."""

    def __init__(self, facts: Mapping[str, ModuleFacts], memory: Memory) -> None:
        self._facts, self._memory = facts, memory

    def __getitem__(self, path: str) -> ModuleFacts:
        self._memory.asked.add(path)
        return self._facts[path]

    def get(self, path: str, default: Any = None) -> Any:
        """The facts of a file, or something else; the commonest question, past `Mapping`'s."""
        self._memory.asked.add(path)
        return self._facts.get(path, default)

    def __contains__(self, path: object) -> bool:
        if isinstance(path, str):
            self._memory.asked.add(path)
        return path in self._facts

    def __iter__(self) -> Iterator[str]:
        self._memory.asked.add(EVERYTHING)
        return iter(self._facts)

    def __len__(self) -> int:
        self._memory.asked.add(EVERYTHING)
        return len(self._facts)
