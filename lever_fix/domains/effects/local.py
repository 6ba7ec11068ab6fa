"""What a function does itself, and which functions of the project it calls."""

from __future__ import annotations

import ast
from collections.abc import Callable

from lever_fix.domains.effects.calls import arguments_of, shown
from lever_fix.domains.effects.model import (
    OWN,
    Edge,
    Effect,
    EffectKind,
    Frame,
    Held,
    Local,
    Origin,
    OriginKind,
)
from lever_fix.domains.effects.resources import is_lock, last_name, names_lock, resource
from lever_fix.domains.effects.single_call import CallEffects
from lever_fix.domains.effects.values import held
from lever_fix.index.index import Symbol
from lever_fix.knowledge.effect_functions import (
    CONTROL,
    PURE_DECORATORS,
    function_effect,
)
from lever_fix.knowledge.verbs import writes
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

GUESSED = "something, as"
"""How a write begins that only a name tells of."""

Configured = Callable[[str], str]
"""The effect that the configuration gives a dotted name; empty for none."""


def local_effects(frame: Frame, configured: Configured) -> Local:
    """The effects of a function's own code, nested functions included, and its calls."""
    assert frame.function is not None
    return Walk(frame, configured).run()


def call_effects(frame: Frame, node: ast.Call, configured: Configured) -> Local:
    """The effects of one call and whom it calls; those of calls in its arguments left out."""
    walk = Walk(frame, configured, inlines=False)
    walk.call(node)
    return walk.found


class Walk:
    """The walk over one function."""

    def __init__(self, frame: Frame, configured: Configured, *, inlines: bool = True) -> None:
        self.inlines = inlines
        self.frame = frame
        self.configured = configured
        self.found = Local()

    def run(self) -> Local:
        """Walk decorators and body."""
        function = self.frame.function
        assert function is not None
        for decorator in function.decorator_list:
            self.decorator(decorator)
        for statement in function.body:
            for node in ast.walk(statement):
                handle = _HANDLERS.get(type(node))
                if handle is not None:
                    handle(self, node)
        return self.found

    def add(
        self, kind: EffectKind, what: str, node: ast.AST, origins: frozenset[Origin] = frozenset()
    ) -> None:
        """Note an effect, once for each origin."""
        where = f"{self.frame.where(node)}: {shown(node)}"
        for origin in origins or {OWN}:
            self.found.effects.append(Effect(kind, what, origin, where))

    def decorator(self, node: ast.expr) -> None:
        """A decorator may do anything: only those that are known do nothing."""
        name = qualified_name(self.frame.module, node.func if isinstance(node, ast.Call) else node)
        last = last_name(node)
        if name in PURE_DECORATORS or last in _ROUTES:
            return
        if name is not None and self.configured(name) in ("read", "none"):
            return
        self.add("unknown", f"the decorator `{ast.unparse(node)[:40]}`", node)

    def call(self, node: ast.Call) -> None:
        """What one call does."""
        for argument in arguments_of(node):
            self.handed_on(node, argument)
        if not CallEffects(self, node).run():
            self.unknown_call(node)

    def handed_on(self, node: ast.Call, argument: ast.expr) -> None:
        """A session that is handed to a function outside the project is used by it."""
        value = held(self.frame, argument)
        if not value.own and resource(self.frame, argument, value):
            name = qualified_name(self.frame.module, node.func)
            target = self.frame.index.resolve(name, self.frame.module.path) if name else None
            if isinstance(target, Symbol) or function_effect(name or "") == "pure":
                return
            what = resource(self.frame, argument, value)
            self.add("uses", what, node, frozenset(value.shared))

    def unknown_call(self, node: ast.Call) -> None:
        """A call that nothing is known of: its name may say that it writes."""
        name = last_name(node)
        if writes(name):
            self.add("writes", f"{GUESSED} `{shown(node.func)}` says", node)
        else:
            self.add("unknown", f"`{shown(node.func)}`", node)

    def edge(self, edge: Edge) -> None:
        """Note the call of a function of the project."""
        self.found.edges.append(edge)

    def stored(self, node: ast.Attribute | ast.Subscript) -> None:
        """An attribute or an item is written."""
        if isinstance(node.ctx, ast.Load):
            if isinstance(node, ast.Attribute):
                self.property(node)
            return
        base = held(self.frame, node.value)
        self.mutated(node, node.value, base)

    def mutated(self, node: ast.AST, target: ast.expr, base: Held) -> None:
        """Note a change of something that others have too."""
        for origin in base.shared:
            self.add("mutates", f"`{shown(target)}`", node, frozenset({origin}))

    def property(self, node: ast.Attribute) -> None:
        """Reading a property of the project's classes calls it."""
        parent = scopes(self.frame.module).parent(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            return
        base = held(self.frame, node.value)
        for owner in base.classes:
            member = (
                self.frame.index.member(owner, node.attr) if isinstance(owner, Symbol) else None
            )
            if member is not None and not base.is_class and self.frame.index.function(member):
                self.edge(Edge(member, base, {}, self.frame.where(node)))

    def declaration(self, node: ast.Global | ast.Nonlocal) -> None:
        """What is declared `global` or `nonlocal` is going to be bound."""
        kind: OriginKind = "global" if isinstance(node, ast.Global) else "closure"
        for name in node.names:
            origin = Origin(kind, name)
            if not (kind == "closure" and self._is_inner(node)):
                self.add("mutates", f"`{name}`", node, frozenset({origin}))

    def _is_inner(self, node: ast.AST) -> bool:
        """True for `nonlocal` in a nested function: the name is this function's own."""
        return scopes(self.frame.module).function_of(node) is not self.frame.function

    def raised(self, node: ast.Raise) -> None:
        """An error that is an answer."""
        error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if error is not None and last_name(error) in CONTROL:
            self.add("control", f"`{last_name(error)}`", node)

    def awaited(self, node: ast.Await) -> None:
        """What is awaited and no call may be anything."""
        if not isinstance(node.value, ast.Call):
            self.add("unknown", f"`await {shown(node.value)}`", node)

    def looped(self, node: ast.AsyncFor) -> None:
        """An asynchronous iterator gives way between its items."""
        self.add("waits", "for an asynchronous iterator", node)

    def entered(self, node: ast.With | ast.AsyncWith) -> None:
        """Locks are taken where they are entered."""
        for item in node.items:
            value = held(self.frame, item.context_expr)
            locks = any(is_lock(self.frame.index, owner) for owner in value.classes)
            if locks or names_lock(item.context_expr):
                self.add("ordered", "lock", item.context_expr, value.origins)
            elif not value.classes and not isinstance(item.context_expr, ast.Call):
                self.add("unknown", f"`with {shown(item.context_expr)}`", node)
            elif resource(self.frame, item.context_expr, value) and not value.own:
                what = resource(self.frame, item.context_expr, value)
                self.add("uses", what, node, frozenset(value.shared))


_ROUTES = frozenset("get post put patch delete head options route websocket api_route".split())
_HANDLERS: dict[type[ast.AST], Callable[[Walk, ast.AST], None]] = {
    ast.Call: Walk.call,  # type: ignore[dict-item]
    ast.Attribute: Walk.stored,  # type: ignore[dict-item]
    ast.Subscript: Walk.stored,  # type: ignore[dict-item]
    ast.Global: Walk.declaration,  # type: ignore[dict-item]
    ast.Nonlocal: Walk.declaration,  # type: ignore[dict-item]
    ast.Raise: Walk.raised,  # type: ignore[dict-item]
    ast.Await: Walk.awaited,  # type: ignore[dict-item]
    ast.AsyncFor: Walk.looped,  # type: ignore[dict-item]
    ast.With: Walk.entered,  # type: ignore[dict-item]
    ast.AsyncWith: Walk.entered,  # type: ignore[dict-item]
}
