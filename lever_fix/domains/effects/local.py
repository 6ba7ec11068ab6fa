"""What a function does itself, and which functions of the project it calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from lever_fix.domains.carried_state import MUTATORS
from lever_fix.domains.effects.calls import arguments_of, edge_to
from lever_fix.domains.effects.model import (
    OWN,
    ClassName,
    Edge,
    Effect,
    EffectKind,
    Frame,
    Held,
    Local,
    Origin,
    OriginKind,
)
from lever_fix.domains.effects.resources import is_lock, last_name, resource
from lever_fix.domains.effects.statements import statement_effect
from lever_fix.domains.effects.values import held
from lever_fix.index.index import Symbol
from lever_fix.knowledge.effect_functions import (
    CONTROL,
    PURE_DECORATORS,
    PURE_METHODS,
    function_effect,
)
from lever_fix.knowledge.effects import POOLED, RETURNS, canonical, is_known, method_effect
from lever_fix.knowledge.verbs import writes
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

GUESSED = "something, as"
"""How a write begins that only a name tells of."""

Configured = Callable[[str], str]
"""The effect that the configuration gives a dotted name; empty for none."""

_KINDS: Mapping[str, EffectKind] = {
    "read": "reads",
    "write": "writes",
    "ordered": "ordered",
    "waits": "waits",
    "mutates": "mutates",
}


def local_effects(frame: Frame, configured: Configured) -> Local:
    """The effects of a function's own code, nested functions included, and its calls."""
    assert frame.function is not None
    return _Walk(frame, configured).run()


def call_effects(frame: Frame, node: ast.Call, configured: Configured) -> Local:
    """The effects of one call and whom it calls; those of calls in its arguments left out."""
    walk = _Walk(frame, configured)
    walk.call(node)
    return walk.found


class _Walk:
    """The walk over one function."""

    def __init__(self, frame: Frame, configured: Configured) -> None:
        self.frame = frame
        self.configured = configured
        self.found = Local()

    def run(self) -> Local:
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
        where = f"{self.frame.where(node)}: {_shown(node)}"
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
        if not _CallEffects(self, node).run():
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
        name = last_name(node)
        if writes(name):
            self.add("writes", f"{GUESSED} `{_shown(node.func)}` says", node)
        else:
            self.add("unknown", f"`{_shown(node.func)}`", node)

    def edge(self, edge: Edge) -> None:
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
        for origin in base.shared:
            self.add("mutates", f"`{_shown(target)}`", node, frozenset({origin}))

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
        kind: OriginKind = "global" if isinstance(node, ast.Global) else "closure"
        for name in node.names:
            origin = Origin(kind, name)
            if not (kind == "closure" and self._is_inner(node)):
                self.add("mutates", f"`{name}`", node, frozenset({origin}))

    def _is_inner(self, node: ast.AST) -> bool:
        """True for `nonlocal` in a nested function: the name is this function's own."""
        return scopes(self.frame.module).function_of(node) is not self.frame.function

    def raised(self, node: ast.Raise) -> None:
        error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if error is not None and last_name(error) in CONTROL:
            self.add("control", f"`{last_name(error)}`", node)

    def awaited(self, node: ast.Await) -> None:
        if not isinstance(node.value, ast.Call):
            self.add("unknown", f"`await {_shown(node.value)}`", node)

    def looped(self, node: ast.AsyncFor) -> None:
        self.add("waits", "for an asynchronous iterator", node)

    def entered(self, node: ast.With | ast.AsyncWith) -> None:
        """Locks are taken where they are entered."""
        for item in node.items:
            value = held(self.frame, item.context_expr)
            locks = any(is_lock(self.frame.index, owner) for owner in value.classes)
            name = last_name(item.context_expr).lower()
            if locks or (not value.classes and "lock" in name) or "semaphore" in name:
                self.add("ordered", "lock", item.context_expr, value.origins)
            elif not value.classes and not isinstance(item.context_expr, ast.Call):
                self.add("unknown", f"`with {_shown(item.context_expr)}`", node)
            elif resource(self.frame, item.context_expr, value) and not value.own:
                what = resource(self.frame, item.context_expr, value)
                self.add("uses", what, node, frozenset(value.shared))


class _CallEffects:
    """What a single call does: by configuration, by the project, by what is known of libraries."""

    def __init__(self, walk: _Walk, node: ast.Call) -> None:
        self.walk = walk
        self.frame = walk.frame
        self.node = node
        self.name = qualified_name(self.frame.module, node.func)

    def run(self) -> bool:
        """False where nothing is known of the call."""
        target = self.frame.index.resolve(self.name, self.frame.module.path) if self.name else None
        if isinstance(target, Symbol):
            if self.of_symbol(target):
                return True
        elif target is not None and self.of_name(target):
            return True
        if isinstance(self.node.func, ast.Attribute):
            return self.of_method(self.node.func)
        return self.of_value()

    def of_symbol(self, target: Symbol) -> bool:
        index = self.frame.index
        if self.walk.configured(dotted_name(self.frame, target)):
            self.known(self.walk.configured(dotted_name(self.frame, target)))
            return True
        if index.klass(target):
            return self.constructed(target)
        if index.function(target):
            receiver = None
            if isinstance(self.node.func, ast.Attribute):
                receiver = held(self.frame, self.node.func.value)
                if not receiver.classes:
                    receiver = None
            self.to(target, receiver)
            return True
        return False

    def constructed(self, target: Symbol) -> bool:
        """`Repository(session)` runs its `__init__`."""
        index = self.frame.index
        for name in ("__init__", "__post_init__", "__new__"):
            member = index.member(target, name)
            if member is not None and index.function(member):
                self.to(member, Held(frozenset({target}), frozenset({OWN})))
        return True

    def to(self, callee: Symbol, receiver: Held | None) -> None:
        edge = edge_to(self.frame, callee, self.node, receiver, lambda one: held(self.frame, one))
        self.walk.edge(edge)

    def of_name(self, name: str) -> bool:
        """A function or class that is defined elsewhere."""
        effect = self.walk.configured(name) or self.opened() or function_effect(name)
        if effect is None and "." in name:
            short = canonical(name)
            owner, _, method = name.rpartition(".")
            if short in RETURNS:
                effect = "waits"
            elif is_known(short):
                effect = "pure"
            else:
                effect = method_effect(canonical(owner), method)
        if effect is None and name.rpartition(".")[2][:1].isupper() and not self.awaited:
            effect = "pure"  # a new object of another library
        if effect is None:
            return False
        self.known(effect)
        return True

    def opened(self) -> str | None:
        """`open(path)` reads unless a mode says otherwise."""
        if self.name != "builtins.open":
            return None
        modes = [*self.node.args[1:2], *(k.value for k in self.node.keywords if k.arg == "mode")]
        if not modes:
            return "read file"
        mode = modes[0].value if isinstance(modes[0], ast.Constant) else "w"
        return "write file" if set(str(mode)) & set("wax+") else "read file"

    def known(self, effect: str) -> None:
        """Note an effect as the tables and the configuration write it."""
        word, _, what = effect.partition(" ")
        if word in ("pure", "none"):
            return
        if word == "calls":
            self.in_thread()
        elif word == "mutates":
            for argument in self.node.args[:1]:
                self.walk.mutated(self.node, argument, held(self.frame, argument))
        else:
            self.walk.add(_KINDS[word], what or "something", self.node)

    def in_thread(self) -> None:
        """`to_thread(f, x)` does what `f(x)` does."""
        self.walk.add("waits", "for a thread", self.node)
        if not self.node.args:
            return
        inner = ast.Call(self.node.args[0], self.node.args[1:], self.node.keywords)
        ast.copy_location(inner, self.node)
        self.walk.call(inner)

    def of_value(self) -> bool:
        """A name that holds something callable: a session maker, a callback, a nested function."""
        function = self.node.func
        if isinstance(function, ast.Name):
            bindings = scopes(self.frame.module).bindings(function)
            if bindings and all(isinstance(one.node, FunctionNode) for one in bindings):
                return True  # nested: its own code is walked as well
        value = held(self.frame, function)
        return self.of_classes(value, function, "__call__")

    def of_method(self, function: ast.Attribute) -> bool:
        receiver = held(self.frame, function.value)
        if receiver.is_class and not receiver.classes:
            return False
        if self.of_classes(receiver, function.value, function.attr):
            return True
        return not any(map(_is_documented, receiver.classes)) and self.of_plain(function, receiver)

    def of_classes(self, receiver: Held, node: ast.expr, method: str) -> bool:
        """A method of an instance whose class is known."""
        done = bool(receiver.classes)
        what = resource(self.frame, node, receiver)
        if what and receiver.shared:
            self.walk.add("uses", what, self.node, frozenset(receiver.shared))
        for owner in sorted(receiver.classes, key=str):
            done = self.of_class(owner, receiver, method) and done
        return done

    def of_class(self, owner: ClassName, receiver: Held, method: str) -> bool:
        if isinstance(owner, Symbol):
            return self.of_own_class(owner, receiver, method)
        if self.walk.configured(f"{owner}.{method}"):
            self.known(self.walk.configured(f"{owner}.{method}"))
            return True
        if owner in POOLED and method in ("__call__", "acquire", "connect"):
            self.walk.add(
                "opens", f"a connection of the pool of `{_shown(self.node.func)}`", self.node
            )
        effect = method_effect(owner, method)
        if effect is None and owner.startswith("builtins."):
            return self.of_plain_name(method, receiver)
        if effect == "statement":
            first = self.node.args[0] if self.node.args else None
            effect = statement_effect(self.frame, first) or None
            if effect is None:
                self.walk.add("unknown", f"the statement of `{_shown(self.node)}`", self.node)
                self.walk.add("reads", "database", self.node)
                return True
        if effect is None and method == "__call__" and receiver.is_class:
            effect = "pure"
        if effect is not None:
            self.known(effect)
        return effect is not None

    def of_own_class(self, owner: Symbol, receiver: Held, method: str) -> bool:
        """A method of the project, with those that override it; or one of a base elsewhere."""
        index = self.frame.index
        member = index.member(owner, method)
        if member is None:
            for base in index.mro(owner):
                if isinstance(base, str) and self.of_base(canonical(base), receiver, method):
                    return True
            return False
        if not index.function(member):
            return False
        self.to(member, receiver)
        if receiver.is_class:
            return True
        for below in index.subclasses(owner):
            facts = index.klass(below)
            if facts is not None and method in facts.members:
                self.to(Symbol(below.path, f"{below.name}.{method}"), receiver)
        return True

    def of_base(self, base: str, receiver: Held, method: str) -> bool:
        effect = method_effect(base, method)
        if effect is None or effect == "statement":
            return False
        self.known(effect)
        return True

    def of_plain(self, function: ast.Attribute, receiver: Held) -> bool:
        """A method of something unknown, whose name may tell all there is to tell."""
        return self.of_plain_name(function.attr, receiver)

    def of_plain_name(self, method: str, receiver: Held) -> bool:
        if method in MUTATORS:
            function = self.node.func
            target = function.value if isinstance(function, ast.Attribute) else function
            self.walk.mutated(self.node, target, receiver)
            return True
        return method in PURE_METHODS and not self.awaited

    @property
    def awaited(self) -> bool:
        """True where the call is awaited, or entered by `async with`."""
        parent = scopes(self.frame.module).parent(self.node)
        if isinstance(parent, ast.withitem):
            return isinstance(scopes(self.frame.module).statement(parent), ast.AsyncWith)
        return isinstance(parent, ast.Await)


def _is_documented(owner: ClassName) -> bool:
    return isinstance(owner, str) and is_known(owner)


def dotted_name(frame: Frame, symbol: Symbol) -> str:
    """The dotted name by which the project imports a symbol."""
    return f"{frame.index.layout.name_of(symbol.path)}.{symbol.name}"


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node).partition("\n")[0]
    return text if len(text) <= 60 else f"{text[:57]}..."


_ROUTES = frozenset("get post put patch delete head options route websocket api_route".split())
_HANDLERS: dict[type[ast.AST], Callable[[_Walk, ast.AST], None]] = {
    ast.Call: _Walk.call,  # type: ignore[dict-item]
    ast.Attribute: _Walk.stored,  # type: ignore[dict-item]
    ast.Subscript: _Walk.stored,  # type: ignore[dict-item]
    ast.Global: _Walk.declaration,  # type: ignore[dict-item]
    ast.Nonlocal: _Walk.declaration,  # type: ignore[dict-item]
    ast.Raise: _Walk.raised,  # type: ignore[dict-item]
    ast.Await: _Walk.awaited,  # type: ignore[dict-item]
    ast.AsyncFor: _Walk.looped,  # type: ignore[dict-item]
    ast.With: _Walk.entered,  # type: ignore[dict-item]
    ast.AsyncWith: _Walk.entered,  # type: ignore[dict-item]
}
