"""Tests that catch what requests sends: aiohttp's requests would go past them to the network."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import MOCKING_LIBRARIES
from lever_fix.semantics.module import Module

_LIBRARY = re.compile(
    rb"^\s*(?:import|from)\s+(?:%s)\b|\b(?:requests_mock|httpx_mock)\b"
    % "|".join(sorted(MOCKING_LIBRARIES)).encode(),
    re.MULTILINE,
)


def mocked_by(index: Index, symbols: Iterable[Symbol], library: str) -> str:
    """The test file that catches the requests of some functions, or puts others in their place."""
    wanted = list(symbols)
    modules = {symbol.path for symbol in wanted}
    for path in sorted(index.facts):
        if not _is_test(path):
            continue
        module = index.module(path)
        if module is not None and _knows(index, path, module, modules):
            catches = _LIBRARY.search(module.view) or _patches(module, library)
            if catches or any(_replaces(module, symbol) for symbol in wanted):
                return path
    return ""


def _patches(module: Module, library: str) -> bool:
    """True where a test puts something in the place of the library or of what is in it."""
    name = library.encode()
    pattern = (
        rb"(?:patch(?:\.object)?|setattr)\(\s*"
        rb"(?:%b\b|[\"'][\w.]*\b%b\b|[\w.]+\.%b\b)" % (name, name, name)
    )
    return re.search(pattern, module.view) is not None


def _is_test(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"


def _knows(index: Index, path: str, module: Module, modules: set[str]) -> bool:
    """True where a test file names one of the modules."""
    for one in modules:
        name = index.layout.name_of(one).rpartition(".")[2]
        if re.search(rb"\b%s\b" % re.escape(name.encode()), module.view):
            return True
    return path in modules


def _replaces(module: Module, symbol: Symbol) -> bool:
    """True where a test sets a function to something else, by its name in a string."""
    name = re.escape(symbol.name.rpartition(".")[2].encode())
    pattern = rb"(?:setattr|patch(?:\.object)?)\([^)]*[\"'](?:[\w.]*\.)?%s[\"']" % name
    return re.search(pattern, module.view) is not None
