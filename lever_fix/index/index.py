"""The project as a codemod asks about it: symbols across files, classes, callers.

The index holds facts of every file and opens a module, parsed, only where an analysis asks for
its tree. Every answer that depends on another file goes through a few primitive questions, which
are noted: a cached finding holds for as long as their answers do.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lever_fix.index.facts import ClassFacts, FunctionFacts, Mention, ModuleFacts
from lever_fix.index.layout import Layout
from lever_fix.index.memory import Memory, NotedFacts
from lever_fix.index.mentions import NAMES, Mentions, last, names_of
from lever_fix.index.opened import Opened
from lever_fix.index.section import Made, Section, not_made
from lever_fix.index.top_level import stands_for
from lever_fix.model import Value
from lever_fix.semantics.excerpt import Excerpt, Part
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, definitions
from lever_fix.sources import SourceFile

MENTIONS = "mentions"
"""What the mentions of the whole project are remembered under."""

_DEEPEST = 24
"""Re-exports followed for one name; a cycle of imports must end."""


class Symbol(Value, frozen=True, order=True):
    """Something the project defines: a function, a class, a variable, or a module itself.

    Attributes:
        path: The file that defines it.
        name: Its qualified name inside the module; empty for the module.
    """

    path: str
    name: str

    @property
    def id(self) -> str:
        """How findings name it in what they read and write."""
        return f"{self.path}::{self.name}"


class CallSite(Value, frozen=True):
    """A place that calls a function, or hands it on.

    Attributes:
        path: The file.
        mention: What stands there.
        certain: False where only the last name is known: `repo.save()` on an unknown `repo`.
    """

    path: str
    mention: Mention
    certain: bool


def _unknown(path: str) -> str:
    """The digest of a file of which nothing is known."""
    return ""


@dataclass
class Index(Memory):
    """The project around the modules of a run.

    Attributes:
        layout: Which file a module name means.
        facts: The facts of each file that parses, by path.
        read: Reads a file as the run sees it.
        stored: Reads a section of a file's facts; raises `KeyError` where it was not made.
        digest: SHA-256 of a file that the facts are made of; empty where there is no such file.
    """

    layout: Layout
    facts: Mapping[str, ModuleFacts]
    read: Callable[[str], SourceFile]
    stored: Callable[[Section[Any], str], Any] = not_made
    digest: Callable[[str], str] = _unknown
    _opened: Opened = field(init=False)

    def __post_init__(self) -> None:
        self.facts = NotedFacts(self.facts, self)
        self._opened = Opened(self.read, self.layout.name_of)

    def source(self, path: str) -> SourceFile:
        """A file as the run sees it.

        Raises:
            SourceError: It cannot be read or decoded.
        """
        self.asked.add(path)
        return self.read(path)

    def section(self, section: Section[Made], path: str) -> Made | None:
        """What a section says of a file; None where it says nothing."""
        self.asked.add(path)
        try:
            found: Made | None = self.stored(section, path)
        except KeyError:
            facts, module = self.facts.get(path), self.module(path)
            found = section.make(module, facts) if facts and module else None
        return found

    def module(self, path: str) -> Module | None:
        """A module of the project; None where it cannot be read or does not parse.

        A node is good for the analysis of one file and not to be remembered beyond.
        """
        self.asked.add(path)
        return self._opened.module(path)

    def open(self, source: SourceFile) -> Module:
        """The module of a source file that is about to be analysed."""
        return self._opened.open(source)

    def excerpt(self, path: str, part: Part) -> Excerpt | None:
        """A function of a file, parsed without the rest; None where that cannot be done.

        Its nodes are good for the analysis of one file, too.
        """
        self.asked.add(path)

        def outer(name: str) -> frozenset[str] | None:
            facts = self.facts.get(path)
            return stands_for(facts, name) if facts else None

        return self._opened.excerpt(path, part, self.digest(path), outer)

    def part(self, symbol: Symbol) -> Part | None:
        """The lines around a function; None where they are not known for sure."""
        facts = self.facts.get(symbol.path)
        function = facts.functions.get(symbol.name) if facts else None
        if facts is None or function is None or symbol.name in facts.classes:
            return None
        name = ""
        for piece in symbol.name.split("."):
            name = f"{name}.{piece}" if name else piece
            whole = facts.functions.get(name)
            if whole is not None:
                is_inside = whole.first <= function.line <= whole.last
                return Part(name, whole.first, whole.last) if is_inside else None
        return None

    def resolve(self, qualified: str, near: str = "") -> Symbol | str | None:
        """What a dotted name means, re-exports and aliases followed across files.

        Args:
            qualified: A dotted name, as `lever_fix.semantics.names` gives it.
            near: The file it is used in: where a name means several files, the nearest counts.

        Returns:
            A symbol of the project; a dotted name where it is defined elsewhere; None where a
            module of the project should define it and does not.
        """
        key = "resolve", qualified, near.rpartition("/")[0]
        found: Symbol | str | None = self.remember(
            key, lambda: self._resolve(qualified, near, _DEEPEST)
        )
        return found

    def resolve_in(self, module: Module, expr: ast.expr) -> Symbol | str | None:
        """What an expression of a module means; None where that is not one known thing."""
        name = qualified_name(module, expr)
        return self.resolve(name, module.path) if name else None

    def symbol(self, module: Module, expr: ast.expr) -> Symbol | None:
        """The symbol of the project that an expression of a module means, if it is one."""
        found = self.resolve_in(module, expr)
        return found if isinstance(found, Symbol) else None

    def _resolve(self, qualified: str, near: str, depth: int) -> Symbol | str | None:
        if depth == 0:
            return None
        parts = qualified.split(".")
        for count in range(len(parts), 0, -1):
            path = self.layout.find(".".join(parts[:count]), near)
            if path is not None:
                return self._in_module(path, parts[count:], depth)
        return qualified

    def _in_module(self, path: str, rest: list[str], depth: int) -> Symbol | str | None:
        self.asked.add(path)
        if not rest:
            return Symbol(path, "")
        facts = self.facts.get(path)
        if facts is None:
            return None
        first, more = rest[0], rest[1:]
        if first in facts.aliases:
            target = ".".join([facts.aliases[first], *more])
            return self._resolve(target, path, depth - 1)
        if ".".join(rest) in facts.functions or first in facts.variables:
            return Symbol(path, ".".join(rest))
        if first in facts.classes:
            return self._in_class(Symbol(path, first), more)
        if first in facts.functions:
            return Symbol(path, ".".join(rest))
        if first in facts.imports:
            target = ".".join([facts.imports[first], *more])
            return self._resolve(target, path, depth - 1)
        return self._through_stars(facts, rest, depth)

    def _through_stars(
        self, facts: ModuleFacts, rest: list[str], depth: int
    ) -> Symbol | str | None:
        outside = False
        for star in facts.stars:
            path = self.layout.find(star, facts.path)
            if path is None:
                outside = True
                continue
            found = self._in_module(path, rest, depth - 1) if depth > 1 else None
            if found is not None:
                return found
        return ".".join([facts.stars[-1], *rest]) if outside and len(facts.stars) == 1 else None

    def _in_class(self, owner: Symbol, rest: list[str]) -> Symbol | str | None:
        if not rest:
            return owner
        facts = self.facts[owner.path]
        inner = f"{owner.name}.{rest[0]}"
        if inner in facts.classes:
            return self._in_class(Symbol(owner.path, inner), rest[1:])
        found = self.member(owner, rest[0])
        if found is None:
            return None
        return Symbol(found.path, ".".join([found.name, *rest[1:]]))

    def function(self, symbol: Symbol) -> FunctionFacts | None:
        """The facts of a function; None where the symbol is none."""
        facts = self.facts.get(symbol.path)
        return facts.functions.get(symbol.name) if facts else None

    def klass(self, symbol: Symbol) -> ClassFacts | None:
        """The facts of a class; None where the symbol is none."""
        facts = self.facts.get(symbol.path)
        return facts.classes.get(symbol.name) if facts else None

    def variable(self, symbol: Symbol) -> str | None:
        """What a module-level variable is made of; None where the symbol is none."""
        facts = self.facts.get(symbol.path)
        return facts.variables.get(symbol.name) if facts else None

    def node(self, symbol: Symbol) -> FunctionNode | ast.ClassDef | None:
        """The definition of a function or class; the last one where there are several."""
        module = self.module(symbol.path)
        return definitions(module).get(symbol.name) if module is not None else None

    def bases(self, symbol: Symbol) -> tuple[Symbol | str, ...]:
        """The bases of a class: symbols, and dotted names of classes defined elsewhere.

        A base that is no known thing comes out as `?`.
        """
        facts = self.klass(symbol)
        found = (self.resolve(name, symbol.path) for name in facts.bases) if facts else ()
        return tuple(one or "?" for one in found)

    def mro(self, symbol: Symbol) -> tuple[Symbol | str, ...]:
        """The class and what it inherits from, depth first, each once."""
        found: tuple[Symbol | str, ...] = self.remember(("mro", symbol), lambda: self._mro(symbol))
        return found

    def _mro(self, symbol: Symbol) -> tuple[Symbol | str, ...]:
        found: dict[Symbol | str, None] = {}
        pending: list[Symbol | str] = [symbol]
        while pending:
            one = pending.pop(0)
            if one in found:
                continue
            found[one] = None
            if isinstance(one, Symbol):
                pending[:0] = self.bases(one)
        return tuple(found)

    def member(self, symbol: Symbol, name: str) -> Symbol | None:
        """What a class binds a name to in its body, its own or an inherited one."""
        for one in self.mro(symbol):
            facts = self.klass(one) if isinstance(one, Symbol) else None
            if facts is not None and name in facts.members and isinstance(one, Symbol):
                return Symbol(one.path, f"{one.name}.{name}")
        return None

    def subclasses(self, symbol: Symbol) -> tuple[Symbol, ...]:
        """Every class of the project that inherits from a class, directly or not."""
        children = self.remember("children", self._children)
        found: dict[Symbol, None] = {}
        pending = [symbol]
        while pending:
            for one in children.get(pending.pop(), ()):
                if one not in found:
                    found[one] = None
                    pending.append(one)
        return tuple(sorted(found))

    def _children(self) -> dict[Symbol, list[Symbol]]:
        children: dict[Symbol, list[Symbol]] = {}
        for path, facts in self.facts.items():
            for name, klass in facts.classes.items():
                for base in klass.bases:
                    found = self.resolve(base, path)
                    if isinstance(found, Symbol):
                        children.setdefault(found, []).append(Symbol(path, name))
        return children

    def callers(self, symbol: Symbol) -> tuple[CallSite, ...]:
        """Every place of the project that calls a function or hands it on, as far as is known.

        A place where only the last name matches (`repo.save()` for `Repository.save`, whatever
        `repo` is) is there too, as not certain.
        """
        name = last(symbol.name)
        found: list[CallSite] = []
        for each in self.mentions().closure(name):
            for path, mention in self._mentioning(each):
                known = self.mentioned(path, mention.target, mention.scope)
                if known == symbol:
                    found.append(CallSite(path, mention, True))
                elif known is None and "." in symbol.name and mention.target == f"?.{name}":
                    found.append(CallSite(path, mention, False))
        return tuple(found)

    def mentions(self) -> Mentions:
        """Where names are mentioned, all over the project."""
        found: Mentions = self.remember(MENTIONS, self._mentions)
        return found

    def _mentions(self) -> Mentions:
        found = Mentions(self.layout)
        for path in self.facts:
            try:
                names = self.stored(NAMES, path)
            except KeyError:
                names = names_of(self.facts[path], self.facts[path].mentions)
            found.add(path, names)
        return found

    def _mentioning(self, name: str) -> list[tuple[str, Mention]]:
        """Every mention whose last part is a name, with its file."""

        def make() -> list[tuple[str, Mention]]:
            return [
                (path, mention)
                for path in self.mentions().paths(name)
                for mention in self.facts[path].mentions
                if last(mention.target) == name
            ]

        found: list[tuple[str, Mention]] = self.remember((MENTIONS, name), make)
        return found

    def calls(self, symbol: Symbol) -> Iterator[tuple[Mention, Symbol | str | None]]:
        """What a function calls and hands on, nested functions included."""
        facts = self.facts.get(symbol.path)
        for mention in facts.mentions if facts else ():
            if mention.scope == symbol.name or mention.scope.startswith(f"{symbol.name}."):
                yield mention, self.mentioned(symbol.path, mention.target, mention.scope)

    def mentioned(self, path: str, target: str, scope: str) -> Symbol | str | None:
        """What the target of a mention means in the file and scope of the mention."""
        head, _, name = target.rpartition(".")
        if head == "?":
            return None
        if head in ("self", "cls"):
            owner = self._class_around(path, scope)
            return self.member(owner, name) if owner else None
        return self.resolve(target, path)

    def _class_around(self, path: str, scope: str) -> Symbol | None:
        facts = self.facts[path]
        while scope:
            function = facts.functions.get(scope)
            if function is not None and function.in_class:
                return Symbol(path, function.in_class)
            scope = scope.rpartition(".")[0]
        return None
