"""What a delay between two attempts is made of, and what it becomes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from lever_fix.domains.retries.linear import Counter
from lever_fix.domains.retries.model import Accumulator
from lever_fix.domains.retries.syntax import loaded
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes

STATE = "retry_state"


@dataclass(frozen=True)
class Wait:
    """What to pass as `wait=`.

    Attributes:
        text: The expression; empty for no wait at all.
        names: The names of tenacity in it.
        draws: True where it draws a random number, which it does after the last failure as well.
        reads_error: True where it asks the exception.
        is_function: True where it is a lambda of the attempt's state.
        may_be_zero: True where it may be no sleep at all.
        doubts: What could not be shown about it.
        rounds: True where it turns a whole number into a float.
        asks: What it calls or looks up, which it does after the last failure as well.
    """

    text: str
    names: tuple[str, ...] = ()
    draws: bool = False
    reads_error: bool = False
    is_function: bool = False
    may_be_zero: bool = False
    doubts: tuple[str, ...] = ()
    rounds: bool = False
    asks: str = ""


@dataclass(frozen=True, eq=False)
class Delay:
    """A delay under study, with what varies from attempt to attempt."""

    module: Module
    counters: Mapping[str, Counter]
    growing: Mapping[str, Accumulator]
    bumped: frozenset[str]
    error: str
    doubts: list[str] = field(default_factory=list)

    def varies(self, expr: ast.expr) -> bool:
        """Whether a part is not the same for every attempt."""
        names = loaded([expr])
        return bool(names & {*self.counters, *self.growing, self.error}) or any(
            isinstance(node, ast.Call | ast.Await) for node in ast.walk(expr)
        )


def constant(module: Module, name: str) -> float | None:
    """The number that a module-level name is assigned once and for all."""
    statement = only_assignment(module, name)
    value = statement.value if statement else None
    if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
        return value.value
    return None


def only_assignment(module: Module, name: str) -> ast.Assign | ast.AnnAssign | None:
    """The one statement that binds a module-level name."""
    known = scopes(module)
    bindings = known.bindings_in(known.top, name)
    statement = bindings[0].statement if len(bindings) == 1 else None
    return statement if isinstance(statement, ast.Assign | ast.AnnAssign) else None


def number_of(module: Module, expr: ast.expr) -> float | None:
    """The number that an expression is, if it is a literal or a constant of the module."""
    if isinstance(expr, ast.Constant):
        return expr.value if isinstance(expr.value, int | float) else None
    if isinstance(expr, ast.Name):
        return constant(module, expr.id)
    return None
