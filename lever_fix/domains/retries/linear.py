"""Whole numbers known only by name: `retries + 1`, `MAX_ATTEMPTS`, `3`.

How often a loop tries is read off conditions such as `attempt >= retries - 1`; these are sums, so
sums are all that is solved here.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

ENTRY = "^"

_MIRRORED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


@dataclass(frozen=True)
class Linear:
    """A sum of named terms and a number.

    Attributes:
        terms: Source text of each term and its factor, never zero, in order of the texts. A text
            after `ENTRY` is a variable's value before the loop, which the loop changes.
        const: The number.
    """

    terms: tuple[tuple[str, int], ...] = ()
    const: int = 0

    def __add__(self, other: Linear | int) -> Linear:
        if isinstance(other, int):
            return Linear(self.terms, self.const + other)
        factors = dict(self.terms)
        for text, factor in other.terms:
            factors[text] = factors.get(text, 0) + factor
        terms = tuple(sorted((text, factor) for text, factor in factors.items() if factor))
        return Linear(terms, self.const + other.const)

    def times(self, factor: int) -> Linear:
        """The sum `factor` times over."""
        if not factor:
            return Linear()
        return Linear(tuple((text, n * factor) for text, n in self.terms), self.const * factor)

    @property
    def is_number(self) -> bool:
        """Whether no name is in it."""
        return not self.terms

    def __str__(self) -> str:
        """The sum as source text."""
        parts = sorted(self.terms, key=lambda term: term[1] < 0)
        if len(parts) == 1 and parts[0][1] < 0 < self.const:
            return f"{self.const} - {self.times(-1) + self.const}"
        text = ""
        for name, factor in parts:
            name = name.removeprefix(ENTRY)
            product = name if abs(factor) == 1 else f"{abs(factor)} * {name}"
            sign = ("-" if factor < 0 else "") if not text else " - " if factor < 0 else " + "
            text += f"{sign}{product}"
        if not text:
            return str(self.const)
        if self.const:
            text += f" {'+' if self.const > 0 else '-'} {abs(self.const)}"
        return text


@dataclass(frozen=True)
class Counter:
    """A variable that counts attempts.

    Attributes:
        name: Its name.
        start: Its value during the first attempt, before it is bumped there.
        step: 1 or -1.
        automatic: True where the head of the loop counts, so that no statement has to.
    """

    name: str
    start: Linear
    step: int = 1
    automatic: bool = False

    def offset(self, bumped: bool) -> Linear:
        """What is to be added to `step` times the attempt's number to get the value."""
        return self.start + (0 if bumped else -self.step)


@dataclass(frozen=True)
class Threshold:
    """A condition on the number of the attempt, from 1.

    Attributes:
        at: The attempt where the condition changes.
        holds_from: True where it holds from that attempt on; False where it holds before.
        exact: True for `==` and `!=`, which tell that attempt alone.
    """

    at: Linear
    holds_from: bool
    exact: bool = False


def linear(expr: ast.expr) -> Linear | None:
    """An expression as a sum; None where it is something else."""
    match expr:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return Linear((), value)
        case ast.Name() | ast.Attribute():
            return _term(expr)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = linear(operand)
            return inner.times(-1) if inner else None
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            first, second = linear(left), linear(right)
            if first is None or second is None:
                return None
            return first + second.times(1 if isinstance(op, ast.Add) else -1)
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name() | ast.Attribute()], keywords=[]):
            return Linear(((ast.unparse(expr), 1),))
    return None


def _term(expr: ast.expr) -> Linear | None:
    base = expr
    while isinstance(base, ast.Attribute):
        base = base.value
    return Linear(((ast.unparse(expr), 1),)) if isinstance(base, ast.Name) else None


def threshold(
    test: ast.expr, counters: Mapping[str, Counter], bumped: frozenset[str]
) -> Threshold | None:
    """A condition on a counter, solved for the number of the attempt; None for any other."""
    match test:
        case ast.Name(id=name) if name in counters:
            return _solve(Linear(((name, 1),)), ast.NotEq(), counters, bumped)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = threshold(operand, counters, bumped)
            return inner and Threshold(inner.at, not inner.holds_from, inner.exact)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            first, second = linear(left), linear(right)
            if first is not None and second is not None:
                return _solve(first + second.times(-1), op, counters, bumped)
    return None


def _solve(
    difference: Linear, op: ast.cmpop, counters: Mapping[str, Counter], bumped: frozenset[str]
) -> Threshold | None:
    """Solve `difference op 0`, where one term of the difference is a counter."""
    own = [(text, factor) for text, factor in difference.terms if text in counters]
    if len(own) != 1 or abs(own[0][1]) != 1:
        return None
    name, factor = own[0]
    counter = counters[name]
    rest = difference + Linear(((name, -factor),))
    rest += counter.offset(name in bumped).times(factor)
    if any(text in counters for text, _ in rest.terms):
        return None
    sign = factor * counter.step
    kind = type(op)
    if sign < 0:
        kind = _MIRRORED.get(kind, kind)
    at = rest.times(-sign)
    if kind in (ast.Eq, ast.NotEq):
        return Threshold(at, kind is ast.Eq, exact=True)
    if kind not in _MIRRORED:
        return None
    return Threshold(at + (kind in (ast.Gt, ast.LtE)), kind in (ast.Gt, ast.GtE))
