"""Mapped classes as one file tells of them: small values, so that they can be kept and merged."""

from __future__ import annotations

from lever_fix.model import Value


class ColumnFact(Value, frozen=True, omit_defaults=True):
    """A column attribute of a class."""

    name: str
    primary_key: bool = False
    foreign_key: str = ""
    """`table.column`, or the qualified name of the column's attribute; empty for none."""
    column: str = ""
    """Name in the database where it is given apart from the attribute's."""
    deferred: bool = False
    unique: bool = False


class RelationshipFact(Value, frozen=True, omit_defaults=True):
    """A relationship attribute of a class, as written."""

    name: str
    target: str = ""
    """The class named by the annotation or the first argument; empty where neither tells."""
    collection: bool | None = None
    """Whether the definition itself says that it holds many; None where only keys tell."""
    lazy: str = "select"
    secondary: bool = False
    order_by: str = ""
    viewonly: bool = False
    custom_join: bool = False
    """Whether `primaryjoin`, `secondaryjoin`, `foreign_keys` or `remote_side` is given."""
    foreign_keys: str = ""
    remote_side: bool = False
    back_populates: str = ""
    backref: str = ""
    backref_lazy: str = "select"
    backref_scalar: bool = False
    keyed: bool = False
    """Whether the collection is a dict: a loop over it yields keys."""


class ProxyFact(Value, frozen=True):
    """An `association_proxy`: the relationship it goes through, and the attribute behind it."""

    name: str
    relationship: str
    attribute: str


class ClassFact(Value, frozen=True, omit_defaults=True):
    """A class that may be mapped, or a mixin that mapped classes inherit from."""

    name: str
    bases: tuple[str, ...] = ()
    """Qualified names; empty strings for bases that are no plain names."""
    table: str = ""
    has_table: bool = False
    abstract: bool = False
    columns: tuple[ColumnFact, ...] = ()
    relationships: tuple[RelationshipFact, ...] = ()
    proxies: tuple[ProxyFact, ...] = ()
    inherits_table: bool = False
    """Whether `__mapper_args__` names a polymorphic identity or an inherited table."""


class ModelFacts(Value, frozen=True, omit_defaults=True):
    """What one file says of mapped classes."""

    classes: tuple[ClassFact, ...] = ()
    configures: bool = False
    """Whether the file calls `configure_mappers()`."""
