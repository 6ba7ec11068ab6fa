"""Tests that catch what requests sends: aiohttp's requests would go past them to the network."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable

from lever_fix.domains.colour.doubles import Doubles, doubles_of
from lever_fix.domains.colour.patched import patches_in
from lever_fix.domains.colour.plan import Barrier, Turning
from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.paths import is_test
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import MOCKING_LIBRARIES

_LIBRARY = re.compile(
    rb"^\s*(?:import|from)\s+(?:%s)\b|\b(?:requests_mock|httpx_mock)\b"
    % "|".join(sorted(MOCKING_LIBRARIES)).encode(),
    re.MULTILINE,
)


def doubles_in_tests(
    index: Index, turnings: Iterable[Turning], library: str
) -> list[Doubles] | Barrier:
    """What tests put in the place of functions that turn; or a test where it cannot follow."""
    turned = {
        one.symbol
        for one in turnings
        if not (one.is_async or one.is_shell or one.stays or one.test)
    }
    found, path, blocked = doubles_of(index, turned, library)
    if blocked is None:
        return found
    words = f"{path}:{getattr(blocked.node, 'lineno', 1)}: {blocked.words}"
    return Barrier(Blocked(blocked.code, words, ast.Pass()), "", ())


def mocked_by(index: Index, symbols: Iterable[Symbol], library: str) -> str:
    """The test file that catches the requests of some functions; empty where none does."""
    modules = {symbol.path for symbol in symbols if not is_test(symbol.path)}
    for path in sorted(path for path in index.facts if is_test(path)):
        text = index.source(path).view
        if (_LIBRARY.search(text) or _patches(text, library)) and _reaches(index, path, modules):
            return path
    return ""


def replaced_by(index: Index, symbols: Collection[Symbol]) -> str:
    """The test file that puts others in the place of some objects; empty where none does."""
    names = {symbol.name.rpartition(".")[2] for symbol in symbols}
    for path in sorted(path for path in index.facts if is_test(path)):
        text = index.source(path).view
        if not any(name.encode() in text for name in names):
            continue
        module = index.module(path)
        for one in patches_in(index, module) if module is not None else ():
            if one.symbol in symbols or (one.symbol is None and one.name in names):
                return path
    return ""


def _patches(text: bytes, library: str) -> bool:
    """True where a test puts something in the place of the library or of what is in it."""
    name = library.encode()
    pattern = (
        rb"(?:patch(?:\.object)?|setattr)\(\s*"
        rb"(?:%b\b|[\"'][\w.]*\b%b\b|[\w.]+\.%b\b)" % (name, name, name)
    )
    return re.search(pattern, text) is not None


def _reaches(index: Index, path: str, modules: set[str]) -> bool:
    """True where a test file, or one that it is there for, may lead to one of some modules."""
    folder, _, name = path.rpartition("/")
    served = [path]
    if name == "conftest.py":
        served += [one for one in index.facts if is_test(one) and one.startswith(folder)]
    return any(_knows(index, one, modules) for one in served)


def _knows(index: Index, path: str, modules: set[str]) -> bool:
    """True where a file imports one of the modules, however indirectly, or names it in a text."""
    seen: set[str] = set()
    pending = [path]
    while pending:
        one = pending.pop()
        if one in modules:
            return True
        if one not in seen:
            seen.add(one)
            pending += _imported(index, one)
    text = index.source(path).view
    names = (index.layout.name_of(one).rpartition(".")[2] for one in modules)
    return any(re.search(rb"\b%s\b" % re.escape(one.encode()), text) for one in names)


def _imported(index: Index, path: str) -> tuple[str, ...]:
    """The files that a file imports when it is imported itself."""
    found: tuple[str, ...] = index.remember(("imports-of", path), lambda: _imports(index, path))
    return found


def _imports(index: Index, path: str) -> tuple[str, ...]:
    facts = index.facts.get(path)
    if facts is None:
        return ()
    found = {index.layout.find(star, path) for star in facts.stars}
    for target in facts.imports.values():
        known = index.resolve(target, path)
        found.add(known.path if isinstance(known, Symbol) else None)
    return tuple(sorted(one for one in found if one))
