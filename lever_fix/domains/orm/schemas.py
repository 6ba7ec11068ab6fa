"""Pydantic models that are filled from rows: which relationships they read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.orm.annotations import names_in
from lever_fix.domains.orm.rows import read
from lever_fix.domains.orm.trace import Frame
from lever_fix.domains.orm.values import Entity, Rows, Value
from lever_fix.domains.orm.walk import Walk
from lever_fix.index.index import Symbol

BASES = ("pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel",
         "sqlmodel.main.SQLModel", "pydantic_settings.BaseSettings")  # fmt: skip
FILLS = frozenset({"from_orm", "model_validate", "parse_obj", "validate"})
_DEEPEST = 6


def is_schema(walk: Walk, symbol: Symbol) -> bool:
    """Whether a class of the project is a Pydantic model."""
    return walk.world.inherits(symbol, *BASES)


def fill(
    walk: Walk, frame: Frame, node: ast.AST, schema: Symbol, value: Value, how: str, depth: int = 0
) -> None:
    """Note the relationships that filling a model from a row reads, nested models included."""
    if isinstance(value, Rows):
        value = value.element
    if not isinstance(value, Entity) or depth > _DEEPEST:
        return
    relationships = walk.world.registry.relationships(value.key)
    for name, annotation, home in fields(walk, schema):
        if name in relationships:
            reached = read(walk, frame, node, value, name, how)
            for inner in schemas_in(walk, annotation, home):
                fill(walk, frame, node, inner, reached, how, depth + 1)
        else:
            read(walk, frame, node, value, name, how)


def fields(walk: Walk, schema: Symbol) -> Iterator[tuple[str, str, str]]:
    """Name, annotation and file of every field, inherited ones included."""
    # A relationship of a SQLModel table is an attribute, and no field of the model.
    seen = set(walk.world.registry.relationships(schema.id))
    for one in walk.world.index.mro(schema):
        facts = walk.world.index.klass(one) if isinstance(one, Symbol) else None
        if facts is None or not isinstance(one, Symbol):
            continue
        for name, annotation in facts.annotations.items():
            if name not in seen and not annotation.startswith(("ClassVar", "typing.ClassVar")):
                seen.add(name)
                yield name, annotation, one.path


def schemas_in(walk: Walk, annotation: str, path: str) -> Iterator[Symbol]:
    """The Pydantic models of the project that an annotation names."""
    try:
        node = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return
    for text in names_in(node):
        symbol = walk.world.symbol(walk.world.known_as(path, text), path)
        if symbol is not None and walk.world.is_class(symbol) and is_schema(walk, symbol):
            yield symbol
