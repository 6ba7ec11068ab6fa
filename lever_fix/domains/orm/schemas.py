"""Pydantic models that are filled from rows: which relationships they read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.orm.annotations import names_in
from lever_fix.domains.orm.rows import read
from lever_fix.domains.orm.trace import Frame
from lever_fix.domains.orm.values import Entity, Rows, Value
from lever_fix.domains.orm.walk import Walk
from lever_fix.domains.orm.world import World
from lever_fix.index.index import Symbol

BASES = ("pydantic.BaseModel", "pydantic.main.BaseModel", "sqlmodel.SQLModel",
         "sqlmodel.main.SQLModel", "pydantic_settings.BaseSettings")  # fmt: skip
FILLS = frozenset({"from_orm", "model_validate", "parse_obj", "validate"})
_DEEPEST = 6
_VALIDATORS = frozenset({"model_validator", "root_validator"})
_BEFORE = (("mode", "before"), ("mode", "wrap"), ("pre", True))


def is_schema(walk: Walk, symbol: Symbol) -> bool:
    """Whether a class of the project is a Pydantic model."""
    return walk.world.inherits(symbol, *BASES)


def fill(
    walk: Walk, frame: Frame, node: ast.AST, schema: Symbol, value: Value, how: str, depth: int = 0
) -> None:
    """Note the relationships that filling a model from a row reads, nested models included."""
    if isinstance(value, Rows):
        value = value.element
    if not isinstance(value, Entity) or depth > _DEEPEST or reads_itself(walk, schema):
        return
    relationships = walk.world.registry.relationships(value.key)
    for name, annotation, home in fields(walk, schema):
        if name in relationships:
            reached = read(walk, frame, node, value, name, how)
            for inner in schemas_in(walk, annotation, home):
                fill(walk, frame, node, inner, reached, how, depth + 1)
        else:
            read(walk, frame, node, value, name, how)


def reads_itself(walk: Walk, schema: Symbol) -> bool:
    """Whether a validator of a model gets the row before its fields are read, and may take them.

    Which ones it takes is for it to say: such validators are there to ask what is loaded.
    """
    world = walk.world

    def make() -> bool:
        return any(_is_before(world, one) for one in _methods(world, schema))

    found: bool = world.remember(("reads itself", schema), make)
    return found


def _methods(world: World, schema: Symbol) -> Iterator[Symbol]:
    """The methods of a class and of what it inherits from."""
    for one in world.index.mro(schema):
        facts = world.index.klass(one) if isinstance(one, Symbol) else None
        for name in facts.members if facts else ():
            assert isinstance(one, Symbol)
            yield Symbol(one.path, f"{one.name}.{name}")


def _is_before(world: World, method: Symbol) -> bool:
    """Whether a method is a validator of the whole model that runs before the fields are read."""
    facts = world.index.function(method)
    names = (one.rpartition(".")[2] for one in facts.decorators) if facts else ()
    if _VALIDATORS.isdisjoint(names):
        return False
    definition = world.excerpt(method)
    said = (
        (one.arg, one.value.value)
        for call in (definition.node.decorator_list if definition else ())
        if isinstance(call, ast.Call)
        for one in call.keywords
        if isinstance(one.value, ast.Constant)
    )
    return any(one in _BEFORE for one in said)


def fields(walk: Walk, schema: Symbol) -> Iterator[tuple[str, str, str]]:
    """What every field is read from, its annotation and file, inherited ones included."""
    # A relationship of a SQLModel table is an attribute, and no field of the model.
    seen = set(walk.world.registry.relationships(schema.id))
    for one in walk.world.index.mro(schema):
        facts = walk.world.index.klass(one) if isinstance(one, Symbol) else None
        if facts is None or not isinstance(one, Symbol):
            continue
        for name, annotation in facts.annotations.items():
            if name not in seen and not annotation.startswith(("ClassVar", "typing.ClassVar")):
                seen.add(name)
                read = facts.renamed.get(name, name) if "alias" not in annotation else ""
                if read:
                    yield read, annotation, one.path


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
