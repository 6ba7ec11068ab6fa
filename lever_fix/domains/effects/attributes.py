"""The classes of what objects of a class hold in their attributes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from lever_fix.domains.effects.annotations import annotated
from lever_fix.domains.effects.model import ClassName, Frame, Held, merged
from lever_fix.domains.effects.trail import once
from lever_fix.index.index import Index, Symbol
from lever_fix.semantics.scopes import FunctionNode

Value = Callable[[Frame, ast.expr], Held]
"""What an expression holds, in some function."""


def attribute_classes(index: Index, owner: Symbol, name: str, value: Value) -> frozenset[ClassName]:
    """The classes of an attribute: annotated in the body, or stored by a method.

    Args:
        index: The project.
        owner: The class.
        name: The attribute.
        value: What an expression of a method holds.
    """
    key = "attribute-classes", owner, name
    found = once(index, key, lambda: _attribute_classes(index, owner, name, value))
    return frozenset() if found is None else found


def _attribute_classes(
    index: Index, owner: Symbol, name: str, value: Value
) -> frozenset[ClassName]:
    for one in index.mro(owner):
        node = index.node(one) if isinstance(one, Symbol) else None
        module = index.module(one.path) if isinstance(one, Symbol) else None
        if not isinstance(node, ast.ClassDef) or module is None or not isinstance(one, Symbol):
            continue
        declared = _declared(node, name)
        if declared is not None:
            return annotated(index, module, declared)
        if stored := list(_stored(index, one, node, name, value)):
            return merged(stored).classes
        for part in node.body:
            if isinstance(part, FunctionNode) and part.name == name and part.decorator_list:
                return annotated(index, module, part.returns)  # a property
    return frozenset()


def _declared(node: ast.ClassDef, name: str) -> ast.expr | None:
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and getattr(part.target, "id", "") == name:
            return part.annotation
    return None


def _stored(
    index: Index, owner: Symbol, node: ast.ClassDef, name: str, value: Value
) -> Iterator[Held]:
    """What the body assigns to `name`, and methods to `self.name`."""
    module = index.module(owner.path)
    assert module is not None
    for part in node.body:
        if isinstance(part, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == name for one in part.targets
        ):
            yield value(Frame(index, module, None, owner), part.value)
        if isinstance(part, FunctionNode):
            symbol = Symbol(owner.path, f"{owner.name}.{part.name}")
            yield from _by_method(Frame(index, module, part, symbol), part, name, value)


def _by_method(frame: Frame, method: FunctionNode, name: str, value: Value) -> Iterator[Held]:
    for one in ast.walk(method):
        if isinstance(one, ast.AnnAssign) and _is_self(one.target, name):
            if declared := annotated(frame.index, frame.module, one.annotation):
                yield Held(declared)
            elif one.value is not None:
                yield value(frame, one.value)
        elif isinstance(one, ast.Assign) and any(_is_self(each, name) for each in one.targets):
            yield from _unless_none(frame, one.value, value)


def _unless_none(frame: Frame, node: ast.expr, value: Value) -> Iterator[Held]:
    if not (isinstance(node, ast.Constant) and node.value is None):
        yield value(frame, node)


def _is_self(node: ast.expr, name: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
            return attr == name
    return False
