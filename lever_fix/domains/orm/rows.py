"""Attributes of rows: which of them are relationships, and what reading one leads to."""

from __future__ import annotations

import ast

from msgspec.structs import replace

from lever_fix.domains.orm.invoke import invoke
from lever_fix.domains.orm.known import attribute_of_instance, named
from lever_fix.domains.orm.registry import Relationship
from lever_fix.domains.orm.trace import Frame, Touched
from lever_fix.domains.orm.values import (
    AwaitableAttributes,
    BoundMethod,
    ClassAttribute,
    ColumnOf,
    Entity,
    Instance,
    Known,
    MappedName,
    Mapping,
    Rows,
    Tuple,
    Value,
)
from lever_fix.domains.orm.walk import Walk
from lever_fix.index.mentions import is_property


def attribute_of(walk: Walk, frame: Frame, node: ast.Attribute, base: Value) -> Value:
    """What an attribute of a value holds."""
    match base:
        case Entity():
            if node.attr == "awaitable_attrs":
                return AwaitableAttributes(base)
            return read(walk, frame, node, base, node.attr, "attribute")
        case AwaitableAttributes(entity=entity):
            return read(walk, frame, node, entity, node.attr, "awaitable")
        case MappedName():
            return _of_class(walk, base, node.attr)
        case Instance():
            held = attribute_of_instance(walk.world, base, node.attr)
            return held if held is not None else BoundMethod(base, node.attr)
        case Known(qualified=qualified):
            return _of_known(walk, frame, qualified, node.attr)
        case Tuple(elements=elements):
            for one in elements:
                if isinstance(one, Entity) and one.key.rpartition("::")[2] == node.attr:
                    return one
    return BoundMethod(base, node.attr)


def _of_known(walk: Walk, frame: Frame, qualified: str, name: str) -> Value:
    if "::" not in qualified:
        return named(walk.world, f"{qualified}.{name}", frame.module.path)
    path, _, inner = qualified.partition("::")
    if inner:
        return BoundMethod(Known(qualified), name)
    return named(walk.world, f"{walk.world.index.layout.name_of(path)}.{name}", path)


def _of_class(walk: Walk, base: MappedName, name: str) -> Value:
    mapped = walk.world.registry.mapped(base.key)
    known = mapped is not None and name in mapped.columns
    if known or name in walk.world.registry.relationships(base.key):
        return ClassAttribute(base, name)
    return BoundMethod(base, name)


def read(walk: Walk, frame: Frame, node: ast.AST, entity: Entity, name: str, how: str) -> Value:
    """Read an attribute of a row."""
    registry = walk.world.registry
    relationship = registry.relationships(entity.key).get(name)
    if relationship is not None:
        return follow(walk, frame, node, entity, relationship, how)
    mapped = registry.mapped(entity.key)
    if mapped is not None and name in mapped.proxies:
        proxy = mapped.proxies[name]
        through = read(walk, frame, node, entity, proxy.relationship, how)
        inner = through.element if isinstance(through, Rows) else through
        if isinstance(inner, Entity):
            reached = read(walk, frame, node, inner, proxy.attribute, how)
            return Rows(reached) if isinstance(through, Rows) and reached else reached
        return None
    if mapped is not None and name in mapped.columns:
        return ColumnOf(entity, name)
    method = walk.world.method(entity.key, name)
    facts = walk.world.index.function(method) if method else None
    if method is not None and facts and is_property(facts):
        return invoke(walk, frame, node, method, {}, entity)
    return BoundMethod(entity, name)


def follow(
    walk: Walk, frame: Frame, node: ast.AST, entity: Entity, relationship: Relationship, how: str
) -> Value:
    """Read a relationship of a row, unless it is the way back to where the row came from."""
    if entity.steps and not relationship.many:
        last = entity.steps[-1]
        if last.inverse == relationship.name and last.owner and last.many:
            return replace(
                entity, key=relationship.target, path=entity.path[:-1], steps=entity.steps[:-1]
            )
    if not walk.is_spared(relationship.name):
        walk.record(Touched, frame, node, entity=entity, relationship=relationship, how=how)
    if not relationship.target:
        return Rows(None, collection=relationship) if relationship.many else None
    path, steps = (*entity.path, relationship.name), (*entity.steps, relationship)
    many = entity.many or relationship.many
    reached = replace(entity, key=relationship.target, path=path, many=many, steps=steps)
    if relationship.fact.lazy in _QUERIES:
        return None
    if not relationship.many:
        return reached
    if relationship.fact.keyed:
        return Mapping(reached)
    return Rows(reached, collection=relationship)


_QUERIES = frozenset({"dynamic", "write_only", "noload"})
