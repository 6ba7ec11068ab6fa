"""Where a file mentions what the project may define, taken from its tree."""

from __future__ import annotations

import ast
import operator

from lever_fix.index.facts import Mention
from lever_fix.index.layout import WELL_KNOWN
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import imported_name, is_builtin, names_from
from lever_fix.semantics.scopes import STAR, FunctionNode, Scope, Scopes

_FOREIGN = WELL_KNOWN | {"builtins"}


def mentions_of(module: Module, known: Scopes) -> list[Mention]:
    """Every call and reading that may be of something the project defines, in source order."""
    found: list[Mention] = []
    starts = module.source.line_starts
    alike: set[tuple[Scope, str, bool, bool]] = set()
    parent = known.parents.get

    def add(node: ast.expr, above: ast.AST | None, scope: Scope, target: str) -> None:
        is_call = above.__class__ is ast.Call and above.func is node
        awaited = is_call and above is not None and parent(above).__class__ is ast.Await
        if target[0] == "?":
            key = scope, target, is_call, awaited
            if key in alike:
                return
            alike.add(key)
        start = starts[node.lineno - 1] + node.col_offset
        found.append(Mention(target, start, scope.qualified_name, is_call, awaited))

    bases: dict[Scope, _Bases] = {}
    top = bases[known.top] = _Bases(module, known, known.top, None)
    for scope in known.every[1:]:
        around = scope.parent
        while around is not None and around.kind == "class":
            around = around.parent
        bases[scope] = _Bases(module, known, scope, bases[around] if around else top)
    for name, scope in known.names:
        base = bases[scope][name.id]
        if base:
            add(name, parent(name), scope, base)
    for whole, name, scope in known.chains:
        base = bases[scope][name.id]
        if base is None:
            add(whole, parent(whole), scope, _unknown(whole, name))
        elif base:
            add(whole, parent(whole), scope, f"{base}.{_attributes(whole)}")
    for call, scope in known.calls:
        if call.func.__class__ is ast.Attribute and not _is_chain(call.func):
            add(call.func, call, scope, f"?.{call.func.attr}")
    found.sort(key=_START)
    return found


_START = operator.attrgetter("start")


class _Bases(dict[str, str | None]):
    """What the names in a scope stand for: empty for what is foreign, None for what is unknown.

    Args:
        around: Those of the scope whose names are seen where this one does not bind them itself;
            None for the module.
    """

    def __init__(self, module: Module, known: Scopes, scope: Scope, around: _Bases | None) -> None:
        self._module, self._known, self._scope = module, known, scope
        self._around = around
        # The module's has none of its own: a circle would keep the tree.
        self._top: _Bases | None = around
        if around is not None and around._top is not None:
            self._top = around._top

    def __missing__(self, name: str) -> str | None:
        scope, around = self._scope, self._around
        if name in scope.names:
            base = self._own(name)
        elif around is None:
            base = "" if is_builtin(name) and STAR not in scope.names else None
        elif name in scope.globals and self._top is not None:
            base = self._top[name]
        else:
            base = around[name]
        self[name] = base
        return base

    def _own(self, name: str) -> str | None:
        """What a name stands for that the scope itself binds."""
        module, known, scope = self._module, self._known, self._scope
        if known.is_plain_local(scope, name):
            return None
        names = _plainly(module, known, scope, name) or names_from(module, name, scope)
        base = next(iter(names)) if len(names) == 1 else None
        return "" if base is not None and base.partition(".")[0] in _FOREIGN else base


def _plainly(module: Module, known: Scopes, owner: Scope, name: str) -> tuple[str, ...]:
    """What a name stands for that one statement binds: nearly all of them."""
    nodes = owner.names[name]
    if len(nodes) != 1 or name == STAR:
        return ()
    (node,) = nodes
    if isinstance(node, ast.alias):
        statement = known.parents[node]
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        return (imported_name(module, node, statement),)
    if isinstance(node, FunctionNode | ast.ClassDef) or (
        owner is known.top and is_value(known, node)
    ):
        return (".".join(part for part in (module.name, owner.qualified_name, name) if part),)
    return ()


def is_value(known: Scopes, node: ast.AST) -> bool:
    """Whether a name is assigned something that is no other name."""
    above = known.parents[node]
    return above.__class__ is ast.Assign and not isinstance(above.value, ast.Name | ast.Attribute)


def _unknown(whole: ast.Attribute, name: ast.Name) -> str:
    """`self.name` on the first parameter of a method is kept; else only the last name is."""
    if whole.value is name and name.id in ("self", "cls"):
        return f"{name.id}.{whole.attr}"
    return f"?.{whole.attr}"


def _attributes(whole: ast.expr) -> str:
    """What comes behind the name in a chain of attributes."""
    found: list[str] = []
    while isinstance(whole, ast.Attribute):
        found.append(whole.attr)
        whole = whole.value
    return ".".join(reversed(found))


def _is_chain(node: ast.expr) -> bool:
    """Whether an expression is a name and attributes of it: a mention of that name."""
    while node.__class__ is ast.Attribute:
        node = node.value
    return node.__class__ is ast.Name
