"""What names, annotations and constructors from outside a function stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from lever_fix.domains.orm.annotations import names_in
from lever_fix.domains.orm.values import (
    Entity,
    FunctionNode,
    Instance,
    Known,
    MappedName,
    Rows,
    Session,
    SessionFactory,
    Value,
)
from lever_fix.domains.orm.world import Definition, World
from lever_fix.index.index import Symbol
from lever_fix.semantics.module import Module

SESSIONS = {
    "sqlalchemy.orm.Session": False,
    "sqlalchemy.orm.scoped_session": False,
    "sqlalchemy.orm.scoping.scoped_session": False,
    "sqlalchemy.orm.session.Session": False,
    "sqlmodel.Session": False,
    "sqlalchemy.ext.asyncio.AsyncSession": True,
    "sqlalchemy.ext.asyncio.async_scoped_session": True,
    "sqlalchemy.ext.asyncio.session.AsyncSession": True,
    "sqlmodel.ext.asyncio.session.AsyncSession": True,
}
"""Classes of sessions, and whether their queries are awaited."""

FACTORIES = {
    "sqlalchemy.orm.sessionmaker": False,
    "sqlalchemy.orm.session.sessionmaker": False,
    "sqlalchemy.ext.asyncio.async_sessionmaker": True,
    "sqlalchemy.ext.asyncio.session.async_sessionmaker": True,
}
_ROWS = frozenset({"Collection", "Iterable", "List", "Sequence", "Set", "list", "set", "tuple"})


def known_value(world: World, module: Module, node: ast.expr) -> Value:
    """What a name from outside the function stands for; the same on every walk."""

    def make() -> Value:
        qualified = world.qualified(module, node)
        return named(world, qualified, module.path) if qualified else None

    found: Value = world.index.recall(module.memo.setdefault("orm-names", {}), node, make)
    return found


def named(world: World, qualified: str, near: str) -> Value:
    """What a dotted name stands for."""
    found: Value = world.remember(
        ("named", qualified, near), lambda: _named(world, qualified, near)
    )
    return found


def _named(world: World, qualified: str, near: str) -> Value:
    symbol = world.symbol(qualified, near)
    if symbol is None:
        found = world.index.resolve(qualified, near)
        return Known(found) if isinstance(found, str) else None
    if world.is_class(symbol) and world.registry.mapped(symbol.id) is not None:
        return MappedName(symbol.id)
    made_of = world.index.variable(symbol)
    if made_of:
        made = world.index.resolve(made_of, symbol.path)
        if isinstance(made, str):
            if made in FACTORIES:
                return SessionFactory(FACTORIES[made])
            if made in SESSIONS:
                return Session(qualified, SESSIONS[made])
    return Known(f"{symbol.path}::{symbol.name}")


def annotated(world: World, path: str, annotation: ast.expr, name: str) -> Value:
    """What a parameter or attribute with an annotation holds.

    Args:
        world: The project.
        path: The file of the annotation.
        annotation: The annotation.
        name: The parameter or attribute.
    """
    rows = _outermost(annotation) in _ROWS
    for text in names_in(annotation):
        value = _of_class(world, world.known_as(path, text), path, name)
        if value is not None:
            if rows and isinstance(value, Entity):
                return Rows(Entity(value.key, None, (), True))
            return value
    return None


def _of_class(world: World, qualified: str, near: str, name: str) -> Value:
    """An object of a class that is known by a dotted name."""
    symbol = world.symbol(qualified, near)
    if symbol is None:
        found = world.index.resolve(qualified, near)
        if isinstance(found, str) and found in SESSIONS:
            return Session(name, SESSIONS[found])
        if isinstance(found, str) and found in FACTORIES:
            return SessionFactory(FACTORIES[found])
        return None
    if world.registry.mapped(symbol.id) is not None:
        return Entity(symbol.id)
    if world.is_class(symbol):
        is_async = _session_class(world, symbol)
        return Instance(symbol.id) if is_async is None else Session(name, is_async)
    made_of = world.index.variable(symbol)
    if made_of is not None:
        return _of_alias(world, symbol.path, symbol.name, name)
    return None


def _session_class(world: World, symbol: Symbol) -> bool | None:
    """Whether the queries of a class's sessions are awaited; None where it is no session class."""

    def make() -> bool | None:
        bases = (one for one in SESSIONS if world.inherits(symbol, one))
        return next((SESSIONS[one] for one in bases), None)

    found: bool | None = world.remember(("session", symbol), make)
    return found


def _of_alias(world: World, path: str, variable: str, name: str) -> Value:
    """`SessionDep = Annotated[Session, Depends(get_db)]`: what the alias names."""
    module = world.index.module(path)
    for statement in module.tree.body if module else ():
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Subscript):
            continue
        if any(isinstance(one, ast.Name) and one.id == variable for one in statement.targets):
            return annotated(world, path, statement.value, name)
    return None


def _outermost(annotation: ast.expr) -> str:
    node = annotation
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.partition("[")[0].rpartition(".")[2]
    if isinstance(node, ast.Subscript):
        base = node.value
        last = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        if last in ("Optional", "Annotated"):
            inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            return _outermost(inner)
        return last
    return ""


def parameters(world: World, module: Module, node: FunctionNode, owner: str) -> dict[str, Value]:
    """What the parameters of a function hold, as far as their annotations tell."""
    known = module.memo.setdefault("orm-parameters", {})
    found: dict[str, Value] = world.index.recall(
        known, (node, owner), lambda: _parameters(world, module, node, owner)
    )
    return dict(found)


def _parameters(world: World, module: Module, node: FunctionNode, owner: str) -> dict[str, Value]:
    env: dict[str, Value] = {}
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    for at, argument in enumerate(arguments):
        if at == 0 and owner and argument.arg in ("self", "cls"):
            is_mapped = world.registry.mapped(owner) is not None
            env[argument.arg] = Entity(owner) if is_mapped else Instance(owner)
        elif argument.annotation is not None:
            env[argument.arg] = annotated(world, module.path, argument.annotation, argument.arg)
        else:
            env[argument.arg] = None
    for extra in (node.args.vararg, node.args.kwarg):
        if extra is not None:
            env[extra.arg] = None
    return env


def attribute_of_instance(world: World, instance: Instance, name: str) -> Value:
    """What an attribute of an object of the project holds, from `__init__` and annotations."""
    for known, value in instance.attributes:
        if known == name:
            return value
    found: Value = world.remember(
        ("attribute", instance.key, name), lambda: _declared(world, instance, name)
    )
    return found


def _declared(world: World, instance: Instance, name: str) -> Value:
    path, _, owner = instance.key.partition("::")
    init = initialiser(world, instance.key, name)
    if init is not None:
        held = parameters(world, init.module, init.node, instance.key)
        for target, stored in _stored(init.node.body):
            if target == name:
                return _of_stored(world, init.module, held, stored, name)

    for one in world.index.mro(Symbol(path, owner)):
        facts = world.index.klass(one) if isinstance(one, Symbol) else None
        if facts and name in facts.annotations and isinstance(one, Symbol):
            text = ast.parse(facts.annotations[name], mode="eval").body
            return annotated(world, one.path, text, f"self.{name}")
    return None


def initialiser(world: World, key: str, attribute: str = "") -> Definition | None:
    """The `__init__` of a class, where it may store an attribute, or any; else it is not opened.

    Args:
        world: The project.
        key: The class.
        attribute: The attribute; empty for any.
    """
    method = world.method(key, "__init__")
    if method is None:
        return None
    facts = world.index.klass(Symbol(method.path, method.name.rpartition(".")[0]))
    stored = facts.stored if facts else ()
    may_store = attribute in stored if attribute else bool(stored)
    return world.excerpt(method) if may_store else None


def _of_stored(
    world: World, module: Module, held: dict[str, Value], value: ast.expr, name: str
) -> Value:
    if isinstance(value, ast.Name):
        found = held.get(value.id)
        if isinstance(found, Session):
            return Session(f"self.{name}", found.is_async)
        return found
    if isinstance(value, ast.Call):
        qualified = world.qualified(module, value.func)
        return _of_class(world, qualified, module.path, f"self.{name}") if qualified else None
    return None


def _stored(body: Iterable[ast.stmt]) -> Iterable[tuple[str, ast.expr]]:
    for statement in body:
        target = value = None
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
        elif isinstance(statement, ast.AnnAssign):
            target, value = statement.target, statement.value
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and value:
            yield target.attr, value
