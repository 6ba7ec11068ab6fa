"""Calls on objects of unknown classes whose method can hardly be another one."""

from __future__ import annotations

import ast
import re

from lever_fix.domains.colour.sites import Site
from lever_fix.index.facts import FunctionFacts
from lever_fix.index.index import Index, Symbol

LIKELY = "`{text}` in {path} is taken for `{name}`, the only method of that name in the project"
_TWO_WORDS = re.compile(r"[^_]_[^_]|[a-z][A-Z]")


def is_likely(index: Index, symbol: Symbol, site: Site) -> bool:
    """Whether a call of unknown receiver is one of a method, by all that can be told.

    The name has two words and is the method's alone, the arguments fit, and the file knows the
    class or one that inherits from it.
    """
    owner, _, name = symbol.name.rpartition(".")
    facts = index.function(symbol)
    if site.call is None or facts is None or not _TWO_WORDS.search(name):
        return False
    counts: dict[str, int] = index.remember("classes-by-member", lambda: _members(index))
    if counts.get(name, 0) != 1 or not _fits(site.call, facts):
        return False
    homes = {symbol.path, *(one.path for one in index.subclasses(Symbol(symbol.path, owner)))}
    return site.module.path in homes or bool(homes & _imported(index, site.module.path))


def _members(index: Index) -> dict[str, int]:
    """How many classes of the project have a member, or an attribute, of each name."""
    found: dict[str, int] = {}
    for facts in index.facts.values():
        for klass in facts.classes.values():
            for name in {*klass.members, *klass.stored}:
                found[name] = found.get(name, 0) + 1
    return found


def _imported(index: Index, path: str) -> set[str]:
    """The files whose names a file imports."""
    facts = index.facts.get(path)
    targets = facts.imports.values() if facts is not None else ()
    known = (index.resolve(target, path) for target in targets)
    return {one.path for one in known if isinstance(one, Symbol)}


def _fits(call: ast.Call, facts: FunctionFacts) -> bool:
    """Whether a method can be called with the arguments of a call."""
    parameters = list(facts.parameters)
    if parameters and "builtins.staticmethod" not in facts.decorators:
        parameters = parameters[1:]
    kinds = {one.kind for one in parameters}
    if any(isinstance(one, ast.Starred) for one in call.args):
        return False
    if any(one.arg is None for one in call.keywords):
        return False
    positional = [one for one in parameters if one.kind in ("positional", "positional-only")]
    if len(call.args) > len(positional) and "star" not in kinds:
        return False
    named = {one.arg for one in call.keywords}
    given = {one.name for one in positional[: len(call.args)]} | named
    unknown = named - {one.name for one in parameters}
    missing = [
        one
        for one in parameters
        if not one.default and one.kind in ("positional", "positional-only", "keyword-only")
    ]
    return (not unknown or "double-star" in kinds) and all(one.name in given for one in missing)
