"""What happens while a function runs, in order, as far as eager loading is concerned."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TypeAlias

from lever_fix.domains.orm.registry import Relationship
from lever_fix.domains.orm.values import Entity, Fetch, FunctionNode, Session, Value
from lever_fix.semantics.module import Module


@dataclass(eq=False)
class Frame:
    """One activation of a function.

    Attributes:
        module: The file it is in.
        node: The function; the module's tree for code outside functions.
        env: What each local holds.
        parent: The activation that called it.
        call: The call.
        name: How a reader knows it.
        given: The parameters that the call gives something, as far as that can be told.
    """

    module: Module
    node: FunctionNode | ast.Module | ast.Lambda
    env: dict[str, Value]
    parent: Frame | None = None
    call: ast.AST | None = None
    name: str = ""
    returned: list[Value] = field(default_factory=list)
    awaited: set[int] = field(default_factory=set)
    given: frozenset[str] = frozenset()

    @property
    def depth(self) -> int:
        """How many calls lead to it."""
        return self.parent.depth + 1 if self.parent else 0

    @property
    def is_async(self) -> bool:
        """Whether the function is a coroutine function."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    def chain(self) -> tuple[Frame, ...]:
        """The activations that lead to it, itself last."""
        return (*self.parent.chain(), self) if self.parent else (self,)

    def spared(self, test: ast.expr) -> tuple[int, str] | None:
        """Which branch of a test reads a relationship only where it is there, and which one.

        Who hands `tags` to a method that else reads `self.tags` has fetched them before, so that
        all that the method reads without them is spared: `*`. And some code asks whether it is
        loaded: `if "tags" not in inspect(post).unloaded`.
        """
        match test:
            case ast.Compare(
                left=ast.Name(id=name),
                ops=[ast.Is() | ast.IsNot() as operator],
                comparators=[ast.Constant(value=None)],
            ) if name in self.given:
                return int(isinstance(operator, ast.IsNot)), "*"
            case ast.Compare(
                left=ast.Constant(value=str(name)),
                ops=[ast.In() | ast.NotIn() as operator],
                comparators=[ast.Attribute(attr="unloaded" | "dict" | "__dict__" as where)],
            ):
                return int(isinstance(operator, ast.In) is (where == "unloaded")), name
            case ast.BoolOp(op=ast.And(), values=values):
                found = (self.spared(one) for one in values)
                return next((one for one in found if one is not None and one[0] == 0), None)
        return None


@dataclass(frozen=True, eq=False)
class Loop:
    """One run of a loop, a comprehension or a `while`."""

    node: ast.AST
    over: Value
    frame: Frame
    start: int
    """Place in the trace."""


@dataclass(frozen=True, eq=False)
class Event:
    """Something that happened: where, in which loops, and inside which `try`."""

    index: int
    node: ast.AST
    frame: Frame
    loops: tuple[Loop, ...]
    tries: tuple[ast.Try, ...]
    conditional: bool


@dataclass(frozen=True, eq=False)
class Fetched(Event):
    """A query was run."""

    fetch: Fetch


@dataclass(frozen=True, eq=False)
class Touched(Event):
    """A relationship of a row was read."""

    entity: Entity
    relationship: Relationship
    how: str
    """`attribute`, `awaitable`, `refresh`, `schema` or `response`."""


@dataclass(frozen=True, eq=False)
class Picked(Event):
    """One row was taken out of a collection by its place, and nothing says in which order it is."""

    relationship: Relationship


@dataclass(frozen=True, eq=False)
class Wrote(Event):
    """Something that an eager option or a hoisted query would no longer see."""

    what: str
    session: Session | None = None


@dataclass(frozen=True, eq=False)
class Escaped(Event):
    """A call that could not be followed got a session or a row, or may reach a shared session."""

    what: str
    gets: str
    """`session`, `row`, or empty where it may only reach what is shared."""


@dataclass(frozen=True, eq=False)
class Left(Event):
    """A `return` or `break`: what is behind it in the loops may not be reached."""

    word: str
    conditional_exit: bool


@dataclass(frozen=True, eq=False)
class Yielded(Event):
    """Control was handed to whoever iterates."""


AnyEvent: TypeAlias = Fetched | Touched | Picked | Wrote | Escaped | Left | Yielded
