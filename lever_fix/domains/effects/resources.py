"""What only one task may use at a time: sessions, connections, streams, and what holds them."""

from __future__ import annotations

import ast

from lever_fix.domains.effects.annotations import annotated
from lever_fix.domains.effects.model import ClassName, Frame, Held
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.effects import EXCLUSIVE, LOCKS, canonical
from lever_fix.knowledge.verbs import may_be_exclusive, words
from lever_fix.semantics.scopes import FunctionNode

_LOCKS = frozenset({"lock", "locked", "mutex", "rlock", "semaphore", "limiter"})


def exclusive(index: Index, owner: ClassName) -> str:
    """What sort of thing a class is that one task may use at a time; empty for others."""
    if isinstance(owner, str):
        return EXCLUSIVE.get(owner, "")
    found: str = index.remember(("exclusive", owner), lambda: _inherited(index, owner))
    return found


def _inherited(index: Index, owner: Symbol) -> str:
    for base in index.mro(owner):
        if isinstance(base, str) and (what := EXCLUSIVE.get(canonical(base))):
            return what
    return ""


def is_lock(index: Index, owner: ClassName) -> bool:
    """True for classes by which tasks wait for each other."""
    if isinstance(owner, str):
        return owner in LOCKS
    return any(isinstance(one, str) and canonical(one) in LOCKS for one in index.mro(owner))


def holder(index: Index, owner: ClassName) -> str:
    """What a class is given that one task may use at a time: `UserRepository(session)`."""
    if isinstance(owner, str):
        return ""
    found: str = index.remember(("holder", owner), lambda: _given(index, owner))
    return found


def _given(index: Index, owner: Symbol) -> str:
    """From annotations of the body and of `__init__`, or by the names of its parameters."""
    for one in index.mro(owner):
        node = index.node(one) if isinstance(one, Symbol) else None
        module = index.module(one.path) if isinstance(one, Symbol) else None
        if not isinstance(node, ast.ClassDef) or module is None:
            continue
        for part in node.body:
            if isinstance(part, ast.AnnAssign):
                for name in annotated(index, module, part.annotation):
                    if what := exclusive(index, name):
                        return what
            if isinstance(part, FunctionNode) and part.name == "__init__":
                for argument in (*part.args.args[1:], *part.args.kwonlyargs):
                    classes = annotated(index, module, argument.annotation)
                    if what := next(filter(None, (exclusive(index, c) for c in classes)), ""):
                        return what
                    if not classes and may_be_exclusive(argument.arg):
                        return f"`{argument.arg}`"
    return ""


def resource(frame: Frame, node: ast.expr, held: Held) -> str:
    """What an expression holds that one task may use at a time; empty where nothing says so.

    Where the class is not known, the name has to say it: `session`, `self._conn`.
    """
    if held.is_class:
        return ""
    for owner in held.classes:
        if what := exclusive(frame.index, owner):
            return what
    if not held.classes and may_be_exclusive(last_name(node)):
        return f"what `{ast.unparse(node)[:40]}` may be"
    return ""


def may_be_resource(frame: Frame, node: ast.expr, held: Held) -> bool:
    """Whether an expression holds such a thing, or an object that was given one."""
    if resource(frame, node, held):
        return True
    return any(holder(frame.index, owner) for owner in held.classes) and not held.is_class


def names_lock(node: ast.expr) -> bool:
    """Whether an expression names a lock anywhere: `self.locks.setdefault(key, Lock())`."""
    return any(
        not _LOCKS.isdisjoint(word.removesuffix("s") for word in words(last_name(one)))
        for one in ast.walk(node)
        if isinstance(one, ast.Name | ast.Attribute)
    )


def last_name(node: ast.expr) -> str:
    """The last name of an expression: `get` of `a.get`; empty where it has none."""
    while isinstance(node, ast.Call | ast.Await | ast.Starred):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
