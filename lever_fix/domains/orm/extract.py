"""Mapped classes read from one file's tree: columns, keys, relationships, backrefs, proxies."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.orm.annotations import Mapped, mapped, name_in
from lever_fix.domains.orm.facts import (
    ClassFact,
    ColumnFact,
    ModelFacts,
    ProxyFact,
    RelationshipFact,
)
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import dotted, known_as, qualified_name

MARKS = (b"sqlalchemy", b"sqlmodel", b"db.Model", b"__tablename__", b"relationship(")
"""A file without one of these words maps nothing."""

_COLUMNS = frozenset({"Column", "mapped_column"})
_RELATIONSHIPS = frozenset({"relationship", "relation", "dynamic_loader"})
_WRAPPED = frozenset({"deferred", "column_property", "query_expression"})
_LAZY = {"False": "joined", "True": "select", "None": "noload"}


def models_of(module: Module) -> ModelFacts:
    """What a file says of mapped classes; memoised on the module.

    Raises:
        SourceError: The file does not parse.
    """
    if "orm-models" not in module.memo:
        module.memo["orm-models"] = _models(module)
    found: ModelFacts = module.memo["orm-models"]
    return found


def _models(module: Module) -> ModelFacts:
    if not any(mark in module.text for mark in MARKS):
        return ModelFacts()
    body = _top_level(module.tree.body)
    classes = tuple(_class(module, one) for one in body if isinstance(one, ast.ClassDef))
    return ModelFacts(classes, b"configure_mappers(" in module.text)


def mapped_imperatively(module: Module) -> Iterator[ast.Call]:
    """The calls that map a class apart from its definition, which is not read."""
    if module.has(b"map_imperatively("):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _last(node.func) == "map_imperatively":
                yield node


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from _top_level(statement.body)
            yield from _top_level(statement.orelse)
        elif isinstance(statement, ast.Try):
            yield from _top_level(statement.body)


def _class(module: Module, node: ast.ClassDef) -> ClassFact:
    columns: list[ColumnFact] = []
    relationships: list[RelationshipFact] = []
    proxies: list[ProxyFact] = []
    table, has_table, abstract, inherits = "", False, False, False
    for name, annotation, value in _attributes(node):
        if name == "__tablename__":
            has_table = True
            is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
            table = value.value if is_text else ""  # type: ignore[union-attr]
        elif name == "__table__":
            has_table = True
        elif name == "__abstract__":
            abstract = isinstance(value, ast.Constant) and value.value is True
        elif name == "__mapper_args__":
            inherits = True
        elif isinstance(one := _member(module, name, annotation, value), ColumnFact):
            columns.append(one)
        elif isinstance(one, RelationshipFact):
            relationships.append(one)
        elif isinstance(one, ProxyFact):
            proxies.append(one)
    has_table |= any(one.arg == "table" and _is_true(one.value) for one in node.keywords)
    return ClassFact(
        name=node.name,
        bases=tuple(qualified_name(module, _unsubscripted(base)) or "" for base in node.bases),
        table=table,
        has_table=has_table,
        abstract=abstract,
        columns=tuple(columns),
        relationships=tuple(relationships),
        proxies=tuple(proxies),
        inherits_table=inherits,
    )


Attribute = tuple[str, ast.expr | None, ast.expr | None]


def _attributes(node: ast.ClassDef) -> Iterator[Attribute]:
    """Name, annotation and value of everything the body assigns or declares by `declared_attr`."""
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, statement.annotation, statement.value
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, None, statement.value
        elif isinstance(statement, ast.FunctionDef):
            decorators = {_last(one) for one in statement.decorator_list}
            decorators |= {dotted(one) or "" for one in statement.decorator_list}
            if any("declared_attr" in one for one in decorators):
                returned = [one.value for one in statement.body if isinstance(one, ast.Return)]
                yield statement.name, statement.returns, returned[-1] if returned else None


def _member(
    module: Module, name: str, annotation: ast.expr | None, value: ast.expr | None
) -> ColumnFact | RelationshipFact | ProxyFact | None:
    wanted = mapped(annotation) if annotation is not None else None
    if not isinstance(value, ast.Call):
        if wanted is not None and wanted.wrapper in ("Mapped", "MappedColumn"):
            return ColumnFact(name)
        return None
    made = _last(value.func)
    if made in _WRAPPED and value.args and isinstance(value.args[0], ast.Call):
        inner = _member(module, name, None, value.args[0])
        if isinstance(inner, ColumnFact) and made == "deferred":
            return ColumnFact(name, inner.primary_key, inner.foreign_key, deferred=True)
        return inner or ColumnFact(name)
    if made in _COLUMNS and _is_orm(module, value.func):
        return _column(module, name, value)
    if made == "Field" and _is_orm(module, value.func):
        return _column(module, name, value)
    if made in _RELATIONSHIPS and _is_orm(module, value.func):
        return _relationship(module, name, wanted, value, made)
    if made == "Relationship" and _is_orm(module, value.func):
        return _relationship(module, name, wanted, value, made)
    if made == "association_proxy" and len(value.args) >= 2:
        return ProxyFact(name, _text(value.args[0]), _text(value.args[1]))
    return None


def _is_orm(module: Module, func: ast.expr) -> bool:
    """Whether a constructor is SQLAlchemy's, SQLModel's or that of a Flask extension's `db`."""
    qualified = qualified_name(module, func)
    if qualified is None:
        return False
    top = qualified.partition(".")[0]
    # `db.Column` of Flask-SQLAlchemy: a module-level object of the project that carries them all.
    return top in ("sqlalchemy", "sqlmodel") or isinstance(func, ast.Attribute)


def _column(module: Module, name: str, call: ast.Call) -> ColumnFact:
    keywords = {one.arg: one.value for one in call.keywords if one.arg}
    foreign = _text(keywords.get("foreign_key"))
    for argument in [*call.args, *(one for key, one in keywords.items() if key == "sa_column")]:
        if isinstance(argument, ast.Call) and _last(argument.func) == "ForeignKey":
            if argument.args:
                foreign = _text(argument.args[0]) or qualified_name(module, argument.args[0]) or "?"
        elif isinstance(argument, ast.Call) and _last(argument.func) == "Column":
            return _column(module, name, argument)
    column = _text(call.args[0]) if call.args else ""
    return ColumnFact(
        name,
        primary_key=_is_true(keywords.get("primary_key")),
        foreign_key=foreign,
        column="" if column == name else column,
        deferred=_is_true(keywords.get("deferred")),
        unique=_is_true(keywords.get("unique")),
    )


def _relationship(
    module: Module, name: str, wanted: Mapped | None, call: ast.Call, made: str
) -> RelationshipFact:
    keywords = {one.arg: one.value for one in call.keywords if one.arg}
    args = list(call.args)
    if made == "Relationship" and isinstance(
        more := keywords.get("sa_relationship_kwargs"), ast.Dict
    ):
        for key, one in zip(more.keys, more.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                keywords.setdefault(key.value, one)
    argument = keywords.get("argument") or (args[0] if args else None)
    target = wanted.target if wanted and wanted.target else ""
    if not target and argument is not None:
        target = name_in(argument)
    collection = _collection(wanted, keywords)
    backref, backref_lazy, backref_scalar = _backref(keywords.get("backref"))
    lazy = _lazy(keywords.get("lazy"))
    if made == "dynamic_loader" or (wanted and wanted.wrapper == "DynamicMapped"):
        lazy = "dynamic"
    elif wanted and wanted.wrapper == "WriteOnlyMapped":
        lazy = "write_only"
    joins = {"primaryjoin", "secondaryjoin", "foreign_keys", "remote_side"}
    order_by = keywords.get("order_by")
    opaque = any(one.arg is None for one in call.keywords)
    return RelationshipFact(
        name,
        target=known_as(module, target),
        collection=collection,
        lazy="?" if opaque else lazy,
        secondary="secondary" in keywords or len(args) > 1 or "link_model" in keywords,
        order_by=ast.unparse(order_by) if order_by is not None else "",
        viewonly=_is_true(keywords.get("viewonly")),
        custom_join=not joins.isdisjoint(keywords),
        foreign_keys=_foreign_keys(keywords.get("foreign_keys")),
        remote_side="remote_side" in keywords,
        back_populates=_text(keywords.get("back_populates")),
        backref=backref,
        backref_lazy=backref_lazy,
        backref_scalar=backref_scalar,
        keyed=bool(wanted and wanted.keyed),
    )


def _foreign_keys(node: ast.expr | None) -> str:
    """The one own column that `foreign_keys=` names, as text; empty where it is not that plain."""
    if isinstance(node, ast.List | ast.Tuple) and len(node.elts) == 1:
        node = node.elts[0]
    text = _text(node) or (dotted(node) if node is not None else "") or ""
    return text.strip("[] ")


def _collection(wanted: Mapped | None, keywords: dict[str, ast.expr]) -> bool | None:
    """Whether a relationship holds many: the annotation wins over `uselist=True` (A1)."""
    uselist = keywords.get("uselist")
    if isinstance(uselist, ast.Constant) and uselist.value is False:
        return False
    if wanted is not None and wanted.target:
        return wanted.collection
    if isinstance(uselist, ast.Constant) and uselist.value is True:
        return True
    if "secondary" in keywords or "collection_class" in keywords:
        return True
    return None


def _backref(node: ast.expr | None) -> tuple[str, str, bool]:
    """Name, lazy and whether it is scalar, of the attribute a `backref` makes on the target."""
    if isinstance(node, ast.Call) and _last(node.func) == "backref" and node.args:
        keywords = {one.arg: one.value for one in node.keywords}
        uselist = keywords.get("uselist")
        scalar = isinstance(uselist, ast.Constant) and uselist.value is False
        lazy = "?" if None in keywords else _lazy(keywords.get("lazy"))
        return _text(node.args[0]), lazy, scalar
    return _text(node), "select", False


def _lazy(node: ast.expr | None) -> str:
    if node is None:
        return "select"
    if not isinstance(node, ast.Constant):
        return "?"
    return node.value if isinstance(node.value, str) else _LAZY.get(str(node.value), "?")


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _last(func: ast.expr) -> str:
    if isinstance(func, ast.Call):
        return _last(func.func)
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _unsubscripted(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Subscript) else node
