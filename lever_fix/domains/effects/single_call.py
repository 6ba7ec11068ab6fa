"""What a single call does: by configuration, by the project, by what is known of libraries."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lever_fix.domains.carried_state import MUTATORS
from lever_fix.domains.effects.calls import dotted_name, edge_to, shown
from lever_fix.domains.effects.model import OWN, ClassName, EffectKind, Held
from lever_fix.domains.effects.resources import last_name, resource
from lever_fix.domains.effects.statements import statement_effect
from lever_fix.domains.effects.values import held
from lever_fix.domains.positions import dotted
from lever_fix.index.index import Symbol
from lever_fix.knowledge.effect_functions import PURE_METHODS, function_effect
from lever_fix.knowledge.effects import POOLED, RETURNS, canonical, is_known, method_effect
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

if TYPE_CHECKING:
    from lever_fix.domains.effects.local import Walk

_KINDS: Mapping[str, EffectKind] = {
    "read": "reads",
    "write": "writes",
    "ordered": "ordered",
    "waits": "waits",
    "mutates": "mutates",
}


_UNSAID = {"waits": "for a while"}


class CallEffects:
    """What a single call does: by configuration, by the project, by what is known of libraries."""

    def __init__(self, walk: Walk, node: ast.Call) -> None:
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
        stated = self.walk.configured(dotted(self.node.func)) if self.name is None else ""
        if stated:  # by what it is written as, where what it is is not known
            self.known(stated)
            return True
        if isinstance(self.node.func, ast.Attribute):
            return self.of_method(self.node.func)
        return self.of_value()

    def of_symbol(self, target: Symbol) -> bool:
        """A function or class of the project."""
        index = self.frame.index
        if self.walk.configured(dotted_name(self.frame, target)):
            self.known(self.walk.configured(dotted_name(self.frame, target)))
            return True
        if index.klass(target):
            return self.constructed(target)
        if index.function(target):
            if self.walk.inlines and self.is_nested(target):
                return True  # its own code is walked as well
            receiver = None
            if isinstance(self.node.func, ast.Attribute):
                receiver = held(self.frame, self.node.func.value)
                if not receiver.classes:
                    receiver = None
            self.to(target, receiver)
            return True
        return False

    def is_nested(self, target: Symbol) -> bool:
        """True for a function inside the one that calls it."""
        own = self.frame.symbol
        return target.path == own.path and target.name.startswith(f"{own.name}.")

    def constructed(self, target: Symbol) -> bool:
        """`Repository(session)` runs its `__init__`."""
        index = self.frame.index
        for name in ("__init__", "__post_init__", "__new__"):
            member = index.member(target, name)
            if member is not None and index.function(member):
                self.to(member, Held(frozenset({target}), frozenset({OWN})))
        return True

    def to(self, callee: Symbol, receiver: Held | None) -> None:
        """Note the call of a function of the project."""
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
                if last_name(argument) == "iter" or isinstance(argument, ast.GeneratorExp):
                    continue  # `next(iter(rows))` leaves the rows as they are
                self.walk.mutated(self.node, argument, held(self.frame, argument))
        else:
            self.walk.add(_KINDS[word], what or _UNSAID.get(word, "something"), self.node)

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
            nested = bindings and all(isinstance(one.node, FunctionNode) for one in bindings)
            if nested and self.walk.inlines:
                return True
        value = held(self.frame, function)
        return self.of_classes(value, function, "__call__")

    def of_method(self, function: ast.Attribute) -> bool:
        """A method of something."""
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
        """A method of one of the classes that the receiver may have."""
        if isinstance(owner, Symbol):
            return self.of_own_class(owner, receiver, method)
        if self.walk.configured(f"{owner}.{method}"):
            self.known(self.walk.configured(f"{owner}.{method}"))
            return True
        if owner in POOLED and method in ("__call__", "acquire", "connect"):
            self.walk.add(
                "opens", f"a connection of the pool of `{shown(self.node.func)}`", self.node
            )
        effect = method_effect(owner, method)
        if effect is None and owner.startswith("builtins."):
            return self.of_plain_name(method, receiver)
        if effect == "statement":
            first = self.node.args[0] if self.node.args else None
            effect = statement_effect(self.frame, first) or None
            if effect is None:
                self.walk.add("unknown", f"the statement of `{shown(self.node)}`", self.node)
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
        """A method that a base of another package has."""
        effect = method_effect(base, method)
        if effect is None or effect == "statement":
            return False
        self.known(effect)
        return True

    def of_plain(self, function: ast.Attribute, receiver: Held) -> bool:
        """A method of something unknown, whose name may tell all there is to tell."""
        return self.of_plain_name(function.attr, receiver)

    def of_plain_name(self, method: str, receiver: Held) -> bool:
        """A method by its name alone: one that changes its object, or one that does nothing."""
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
