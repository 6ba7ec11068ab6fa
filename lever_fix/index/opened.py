"""The modules of a project that are open, whole or in part: the ones used last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from lever_fix.errors import SourceError
from lever_fix.semantics.excerpt import Excerpt, Part
from lever_fix.semantics.module import Module, Outer
from lever_fix.semantics.scopes import scopes
from lever_fix.sources import SourceFile

KEPT_BYTES = 2_500_000
"""Source text whose trees are kept; a tree takes some thirty times as much memory."""

_UNPARSED = 12
"""Bytes of text, with the places of its lines, that take as much memory as one with a tree."""


@dataclass
class Opened:
    """Modules that were opened; the ones used longest ago go where there is no more room.

    Attributes:
        read: Reads a file as the run sees it.
        name_of: The dotted name of a file.
    """

    read: Callable[[str], SourceFile]
    name_of: Callable[[str], str]
    _modules: dict[Hashable, Module | None] = field(default_factory=dict)
    _weights: dict[Hashable, int] = field(default_factory=dict)
    _weight: int = 0
    _latest: str = ""

    def open(self, source: SourceFile) -> Module:
        """The module of a file that is about to be analysed; makes room for what it asks for."""
        if self._latest in self._modules:
            self._keep(self._latest, self._modules[self._latest])  # by now it may have a tree
        while self._weight > KEPT_BYTES:
            self._drop(next(iter(self._modules)))
        module = self._modules.get(source.path)
        if module is None or module.source.sha256 != source.sha256:
            module = Module(source, self.name_of(source.path))
            self._keep(source.path, module)
        self._latest = source.path
        return module

    def module(self, path: str) -> Module | None:
        """A module, parsed; None where it cannot be read or does not parse."""
        module = self._modules[path] if path in self._modules else self._read(path)
        try:
            _ = module and module.tree
        except SourceError:
            module = None
        self._keep(path, module)
        return module

    def excerpt(self, path: str, part: Part, sha256: str, outer: Outer) -> Excerpt | None:
        """A part of a module, parsed.

        Args:
            path: The file.
            part: The part of it.
            sha256: Of the file that holds the part there.
            outer: What the top level of the module binds.

        Returns:
            None where the file is another one by now, or the part does not parse alone.
        """
        key = path, part, sha256
        if key in self._modules:
            known = self._modules[key] = self._modules.pop(key)
            return known if isinstance(known, Excerpt) else None
        excerpt: Excerpt | None = None
        module = self._modules.get(path) or self._read(path)
        if module is not None and module.source.sha256 == sha256:
            try:
                excerpt = Excerpt(module.source, module.name, part, outer)
                scopes(excerpt)
            except SourceError:
                excerpt = None
        self._keep(key, excerpt)
        return excerpt

    def _read(self, path: str) -> Module | None:
        """A module that is not parsed yet; None where it cannot be read."""
        try:
            module: Module | None = Module(self.read(path), self.name_of(path))
        except SourceError:
            module = None
        self._keep(path, module)
        return module

    def _keep(self, key: Hashable, module: Module | None) -> None:
        self._drop(key)
        self._weights[key] = _weight(module)
        self._weight += self._weights[key]
        self._modules[key] = module

    def _drop(self, key: Hashable) -> None:
        self._modules.pop(key, None)
        self._weight -= self._weights.pop(key, 0)


def _weight(module: Module | None) -> int:
    """The bytes that a module counts for."""
    if module is None or "tree" not in vars(module):
        return len(module.text) // _UNPARSED if module else 0
    # A function has less that is no code, and more is worked out about it.
    return len(module.text) * 2 if isinstance(module, Excerpt) else len(module.text)
