"""What else a function does that may block: in its thread it may, in the event loop it must not.

Only what is known not to wait for anything counts as harmless. Nobody puts a function in a thread
for nothing.
"""

from __future__ import annotations

import ast

from lever_fix.domains.http.calls import own_nodes
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.colour_facts import (
    BLOCKING,
    CALM_BUILTINS,
    CALM_METHODS,
    CALM_PACKAGES,
)
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import dotted
from lever_fix.semantics.scopes import FunctionNode

_DEEPEST = 8


def blocks_elsewhere(index: Index, symbol: Symbol, library: str) -> str:
    """The first call in a function, or in what it calls, that may block; empty for none.

    Args:
        index: The project.
        symbol: The function.
        library: The library whose calls are rewritten, and so are none.
    """
    seen: set[Symbol] = set()
    pending = [(symbol, 0)]
    while pending:
        one, depth = pending.pop()
        if one in seen:
            continue
        seen.add(one)
        module, node = index.module(one.path), index.node(one)
        if module is None or not isinstance(node, FunctionNode) or depth > _DEEPEST:
            return one.name
        for call in own_nodes(node):
            if not isinstance(call, ast.Call):
                continue
            found = _meaning(index, module, one, call)
            if isinstance(found, Symbol):
                pending.append((found, depth + 1))
            elif found is not None and not _is_calm(found, library, depth):
                return dotted(call.func) or ast.unparse(call.func)
    return ""


def _meaning(index: Index, module: Module, owner: Symbol, call: ast.Call) -> Symbol | str | None:
    """What is called: a function of the project, a dotted name, or `.name` of something unknown.

    None for what has no body to look at, such as a plain class.
    """
    name = dotted(call.func) or ""
    facts = index.function(owner)
    if name.startswith(("self.", "cls.")) and name.count(".") == 1 and facts and facts.in_class:
        member = index.member(Symbol(owner.path, facts.in_class), name.partition(".")[2])
        if member is not None and index.function(member) is not None:
            return member
    found = index.resolve_in(module, call.func)
    if isinstance(found, Symbol):
        if index.klass(found) is not None:
            init = index.member(found, "__init__")
            bases = index.mro(found)[1:]
            known = all(isinstance(one, Symbol) or _is_calm(one, "", 1) for one in bases)
            return init if init else (None if known else _last(found.name))
        return found if index.function(found) is not None else _last(found.name)
    if found is not None:
        return found
    return _last(call.func.attr) if isinstance(call.func, ast.Attribute) else "?"


def _last(name: str) -> str:
    return f"?.{name.rpartition('.')[2]}"


def _is_calm(name: str, library: str, depth: int) -> bool:
    """True for a call that waits for nothing."""
    if name.startswith("?."):
        return name[2:] in CALM_METHODS
    package, _, rest = name.partition(".")
    if package == "builtins":
        return rest in CALM_BUILTINS or rest.endswith(("Error", "Exception", "Warning"))
    if name == "time.sleep":
        return depth == 0  # it becomes one that is awaited
    if name in BLOCKING:
        return False
    return package == library or any(
        name == one or name.startswith(f"{one}.") for one in CALM_PACKAGES
    )
