"""Which functions may run a query, told from their text: what is not worth walking into."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lever_fix.domains.orm.values import FunctionNode
from lever_fix.index.facts import FunctionFacts
from lever_fix.index.index import Index, Symbol
from lever_fix.semantics.module import Module

_QUERY = re.compile(
    rb"\.(?:execute|exec|scalars?|stream|stream_scalars|query|refresh)\(|\.get(?:_one)?\(\s*[\w.]*[A-Z]"
)
_COMMON = frozenset({"all", "close", "commit", "execute", "first", "get", "query", "run"})
"""Names that tell nothing of who is called."""


def text_of(module: Module, node: FunctionNode) -> bytes:
    """The text of a function."""
    starts = module.source.line_starts
    end = node.end_lineno or node.lineno
    stop = starts[end] if end < len(starts) else len(module.view)
    return module.view[starts[node.lineno - 1] : stop]


def queries(text: bytes) -> bool:
    """Whether a text runs a query, by the names of its calls."""
    return _QUERY.search(text) is not None


def may_query(index: Index, symbol: Symbol) -> bool:
    """Whether a function, or one that it calls, may run a query."""
    return symbol.id in _querying(index)


def is_of_interest(index: Index, module: Module) -> bool:
    """Whether a file queries or calls what may; told without its tree."""
    if queries(module.view):
        return True
    names = _names(index)
    facts = index.facts.get(module.path)
    return any(
        mention.target.rpartition(".")[2] in names for mention in (facts.mentions if facts else ())
    )


def calls_querying(index: Index, symbol: Symbol) -> bool:
    """Whether a function calls one that may run a query, by the name of what it calls."""
    names = _names(index)
    facts = index.facts.get(symbol.path)
    inside = f"{symbol.name}."
    return any(
        mention.target.rpartition(".")[2] in names
        for mention in (facts.mentions if facts else ())
        if mention.scope == symbol.name or mention.scope.startswith(inside)
    )


def _names(index: Index) -> frozenset[str]:
    def make() -> frozenset[str]:
        inside = [one.rpartition("::")[2].split(".") for one in _querying(index)]
        # Whoever names a class may call any of its methods.
        classes = {parts[-2] for parts in inside if len(parts) > 1}
        return frozenset({parts[-1] for parts in inside} - _COMMON | classes)

    found: frozenset[str] = index.remember(("orm", "querying names"), make)
    return found


def _querying(index: Index) -> frozenset[str]:
    """Ids of the functions that may run a query, themselves or through what they call."""
    found: frozenset[str] = index.remember(("orm", "querying"), lambda: _make(index))
    return found


def _make(index: Index) -> frozenset[str]:
    index.asked.add("*")
    direct = {one for path in index.facts for one in _direct(index, path)}
    last = {one.rpartition("::")[2].rpartition(".")[2] for one in direct} - _COMMON
    through = {
        f"{path}::{mention.scope}"
        for path, facts in index.facts.items()
        for mention in facts.mentions
        if mention.is_call and mention.target.rpartition(".")[2] in last
    }
    return frozenset(direct | through)


def _direct(index: Index, path: str) -> Iterator[str]:
    facts = index.facts[path]
    if not facts.functions:
        return
    source = index.source(path)
    view = source.view
    if not queries(view):
        return
    functions: list[FunctionFacts] = sorted(facts.functions.values(), key=lambda one: one.line)
    starts = source.line_starts
    for at, one in enumerate(functions):
        start = starts[one.line - 1]
        stop = starts[functions[at + 1].line - 1] if at + 1 < len(functions) else len(view)
        if queries(view[start:stop]):
            yield f"{path}::{one.name}"
