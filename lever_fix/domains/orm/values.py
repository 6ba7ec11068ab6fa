"""What an expression can hold, as far as ORM code is concerned. `None` is: not known.

All of these are frozen; two that are equal stand for the same thing. A walk makes one for nearly
every expression, and a `Struct` is made in a third of the time that a frozen dataclass takes.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from lever_fix.domains.orm.registry import Relationship
from lever_fix.semantics.module import Module

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Site(Struct, frozen=True):
    """An expression in a file."""

    module: Module
    node: ast.expr


class Known(Struct, frozen=True):
    """Something with a dotted name: a class, function or module, of the project or not."""

    qualified: str


class Nothing(Struct, frozen=True):
    """`None`."""


class Flag(Struct, frozen=True):
    """`True` or `False`: a branch that is not taken does nothing."""

    value: bool


class Session(Struct, frozen=True):
    """A session.

    Attributes:
        key: The text it is known by: `session`, `self.session`.
        is_async: Whether its queries are awaited; None where only the use tells.
        fresh: Whether the function that uses it made it.
    """

    key: str
    is_async: bool | None = None
    fresh: bool = False


class SessionFactory(Struct, frozen=True):
    """What makes sessions: `sessionmaker(...)`, `async_sessionmaker(...)`."""

    is_async: bool


class MappedName(Struct, frozen=True):
    """A mapped class itself, or an alias of it."""

    key: str
    alias: str = ""
    """The local name of the alias; empty for the class."""


class ClassAttribute(Struct, frozen=True):
    """`E.name`: a column or relationship of a mapped class, not of a row."""

    entity: MappedName
    name: str
    plain: bool = True
    """False behind `.and_(...)` or `.of_type(...)`."""


Path: TypeAlias = tuple[str, ...]
"""Names of relationships, from the entity of a query on."""


class Hop(Struct, frozen=True):
    """One hop of a loader option."""

    path: Path
    strategy: str
    plain: bool = True


class LoaderOption(Struct, frozen=True):
    """A loader option: the hops it names.

    Attributes:
        root: The class of the first hop; empty for a wildcard or an unknown one.
        hops: Every path it says something of.
        tip: Where a further chained call would go on from.
        site: The whole expression, where it is written in place.
        opaque: Whether some of it could not be followed.
        of_method: Whether a method returned it, for which a subclass may return another.
    """

    root: str
    hops: tuple[Hop, ...] = ()
    tip: Path = ()
    site: Site | None = None
    opaque: bool = False
    of_method: bool = False


class Condition(Struct, frozen=True):
    """One argument of `where`: an equality of a column and another value, or anything else."""

    node: ast.expr
    module: Module
    column: ClassAttribute | None = None
    value: ast.expr | None = None
    held: Value = None


class Statement(Struct, frozen=True):
    """A `select(...)` or a `session.query(...)`, with all that was chained to it.

    Attributes:
        sites: Where it begins; several where branches begin it differently.
        kind: `select`, `query` or `get`.
        entities: What each column holds; None for what is no entity.
        options: Loader options in it.
        option_calls: The `.options(...)` calls in it.
        hazards: What else was said in it: `for-update`, `group-by`, `limit`, `union`, `join X`.
        conditions: What its `where` and `filter_by` say.
        ordering: The arguments of `order_by`.
        limit: The number of `limit`, where it is one; 0 for none.
        session: Of a legacy query, its session.
        whole: The outermost expression of the chain, if it is one expression.
    """

    sites: tuple[Site, ...]
    kind: str
    entities: tuple[MappedName | None, ...] = ()
    options: tuple[LoaderOption, ...] = ()
    option_calls: tuple[Site, ...] = ()
    hazards: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()
    ordering: tuple[ast.expr, ...] = ()
    limit: int = 0
    session: Session | None = None
    whole: Site | None = None
    sources: tuple[ast.expr, ...] = ()
    """The arguments of `select` or `query`, as written."""


class Fetch(Struct, frozen=True, eq=False):
    """A statement that was run, or a row that was got by its key.

    Attributes:
        statement: What was run.
        site: The call that ran it.
        session: With which session.
        is_async: Whether it was awaited.
        index: Its place in the trace.
    """

    statement: Statement
    site: Site
    session: Session | None
    is_async: bool
    index: int
    streamed: bool = False


class Result(Struct, frozen=True):
    """The result of a fetch: yields rows (tuples), or the first column of each."""

    fetch: Fetch
    scalars: bool = False


class Rows(Struct, frozen=True):
    """An iterable of values that are alike.

    Attributes:
        element: What each is.
        fetch: The fetch it is the whole of, in order; None where it is a part or from elsewhere.
        is_list: Whether it can be looped over more than once.
        collection: The relationship whose collection it is: what is added to it is written.
    """

    element: Value
    fetch: Fetch | None = None
    is_list: bool = True
    collection: Relationship | None = None


class Mapping(Struct, frozen=True):
    """A dict whose values are alike."""

    element: Value


class Entity(Struct, frozen=True):
    """A row of a mapped class.

    Attributes:
        key: Of its class.
        fetch: The fetch that brought it or what led to it; None where it came from elsewhere.
        path: The relationships that led to it from the fetch's entity.
        many: Whether it stands for each of many.
        column: Which column of the fetch's statement it comes from.
        steps: The relationships of the path.
        picked: Whether it, or the row that led to it, was picked out of the fetch's rows.
    """

    key: str
    fetch: Fetch | None = None
    path: Path = ()
    many: bool = False
    column: int = 0
    steps: tuple[Relationship, ...] = ()
    picked: bool = False


class AwaitableAttributes(Struct, frozen=True):
    """`row.awaitable_attrs`."""

    entity: Entity


class ColumnOf(Struct, frozen=True):
    """`row.column`."""

    entity: Entity
    name: str


class Tuple(Struct, frozen=True):
    """A tuple whose elements are known one by one."""

    elements: tuple[Value, ...]


class Instance(Struct, frozen=True):
    """An object of a class of the project that is not mapped."""

    key: str
    attributes: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True)
class LocalFunction:
    """A function defined inside another one, or a lambda."""

    node: FunctionNode | ast.Lambda
    frame: object = field(hash=False, compare=False)


class BoundMethod(Struct, frozen=True):
    """A method looked up on a value: what a call of it means depends on both."""

    owner: Value
    name: str


Value: TypeAlias = (
    Known
    | Nothing
    | Flag
    | Session
    | SessionFactory
    | MappedName
    | ClassAttribute
    | LoaderOption
    | Condition
    | Statement
    | Result
    | Rows
    | Mapping
    | Entity
    | AwaitableAttributes
    | ColumnOf
    | Tuple
    | Instance
    | LocalFunction
    | BoundMethod
    | None
)
