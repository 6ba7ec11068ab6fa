"""Delays that tenacity has a wait for: fixed, exponential, incrementing, random."""

from __future__ import annotations

import ast
from dataclasses import replace

from lever_fix.domains.retries.delays import Delay, Wait, number_of
from lever_fix.domains.retries.linear import linear
from lever_fix.domains.retries.model import Accumulator
from lever_fix.domains.retries.syntax import called
from lever_fix.domains.retries.wording import written
from lever_fix.knowledge.retry_facts import RANDOM, UNIFORM


def named_wait(delay: Delay, expr: ast.expr) -> Wait | None:
    """One of tenacity's own waits that sleeps just this; None where there is none."""
    match expr:
        case ast.Call(func=ast.Name(id="float"), args=[inner], keywords=[]):
            found = named_wait(delay, inner)
            return replace(found, rounds=True) if found else None
    if isinstance(expr, ast.BinOp) and isinstance(expr.op, ast.Add):
        for base, extra in ((expr.left, expr.right), (expr.right, expr.left)):
            jitter, steady = _jitter(delay, extra), _steady(delay, base)
            if jitter and steady:
                names = (*steady.names, *jitter.names)
                return Wait(
                    f"{steady.text} + {jitter.text}", names, draws=True, rounds=True,
                    doubts=steady.doubts,
                )  # fmt: skip
    return _jitter(delay, expr) or _full_jitter(delay, expr) or _steady(delay, expr)


def _jitter(delay: Delay, expr: ast.expr) -> Wait | None:
    """A random number that does not depend on the attempt."""
    low, high = "0", ""
    match expr:
        case ast.Call(args=[a, b], keywords=[]) if called(delay.module, expr) == UNIFORM:
            if delay.varies(a) or delay.varies(b):
                return None
            low, high = written(a), written(b)
        case ast.Call(args=[], keywords=[]) if called(delay.module, expr) == RANDOM:
            high = "1"
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            for draw, factor in ((left, right), (right, left)):
                if called(delay.module, draw) == RANDOM and not delay.varies(factor):
                    high = written(factor)
    return Wait(f"wait_random({low}, {high})", ("wait_random",), draws=True) if high else None


def _full_jitter(delay: Delay, expr: ast.expr) -> Wait | None:
    """`random.uniform(0, min(cap, base * 2**attempt))`."""
    match expr:
        case ast.Call(args=[ast.Constant(value=0), high], keywords=[]):
            if called(delay.module, expr) != UNIFORM:
                return None
            grown = _exponential(delay, high)
            if grown is None:
                return None
            text = grown.text.replace("wait_exponential", "wait_random_exponential")
            return Wait(text, ("wait_random_exponential",), draws=True, doubts=grown.doubts)
    return None


def _steady(delay: Delay, expr: ast.expr) -> Wait | None:
    """A wait without chance: fixed, exponential or incrementing."""
    if not delay.varies(expr):
        return Wait(f"wait_fixed({written(expr)})", ("wait_fixed",), rounds=not _is_float(expr))
    return _exponential(delay, expr) or _incrementing(delay, expr)


def _is_float(expr: ast.expr) -> bool:
    return isinstance(expr, ast.Constant) and isinstance(expr.value, float)


def _exponential(delay: Delay, expr: ast.expr, cap: ast.expr | None = None) -> Wait | None:
    match expr:
        case ast.Call(func=ast.Name(id="min"), args=[first, second], keywords=[]) if cap is None:
            for inner, limit in ((first, second), (second, first)):
                if not delay.varies(limit) and (found := _exponential(delay, inner, limit)):
                    return found
            return None
        case ast.Name(id=name) if name in delay.growing:
            return _grown(delay, delay.growing[name], cap)
    parts = _power(delay, expr)
    if parts is None:
        return None
    factor, base, shift = parts
    if shift and isinstance(base, ast.Constant) and isinstance(base.value, int | float):
        if shift < 0 and base.value not in (2, 4, 8, 16):
            return None  # a third is not exact
        scale = base.value**shift
        factor = _times(factor, scale)
    elif shift:
        return None
    return _exponential_text(factor, base, cap)


def _times(factor: ast.expr, scale: float) -> ast.expr:
    if isinstance(factor, ast.Constant) and isinstance(factor.value, int | float):
        return ast.Constant(factor.value * scale)
    return ast.BinOp(factor, ast.Mult(), ast.Constant(scale))


def _exponential_text(factor: ast.expr, base: ast.expr, cap: ast.expr | None) -> Wait:
    arguments: list[str] = []
    if not _is_whole(factor, 1):
        arguments.append(f"multiplier={written(factor)}")
    if not _is_whole(base, 2):
        arguments.append(f"exp_base={written(base)}")
    if cap is not None:
        arguments.append(f"max={written(cap)}")
    text = f"wait_exponential({', '.join(arguments)})"
    return Wait(text, ("wait_exponential",), rounds=cap is not None)


def _is_whole(expr: ast.expr, number: int) -> bool:
    """Whether an expression is this number and no float, as `1.0` is."""
    return isinstance(expr, ast.Constant) and expr.value == number and isinstance(expr.value, int)


def _power(delay: Delay, expr: ast.expr) -> tuple[ast.expr, ast.expr, int] | None:
    """`factor * base ** (n - 1 + shift)` as factor, base and shift."""
    match expr:
        case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
            shift = _shift(delay, exponent)
            if shift is None or delay.varies(base):
                return None
            return ast.Constant(1), base, shift
        case ast.BinOp(left=ast.Constant(value=1), op=ast.LShift(), right=exponent):
            shift = _shift(delay, exponent)
            return None if shift is None else (ast.Constant(1), ast.Constant(2), shift)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            for factor, power in ((left, right), (right, left)):
                inner = None if delay.varies(factor) else _power(delay, power)
                if inner is not None:
                    whole = (
                        factor
                        if _is_whole(inner[0], 1)
                        else ast.BinOp(factor, ast.Mult(), inner[0])
                    )
                    return whole, inner[1], inner[2]
    return None


def _shift(delay: Delay, exponent: ast.expr) -> int | None:
    """The `s` of an exponent that is `n - 1 + s` for the n-th attempt."""
    found = linear(exponent)
    if found is None or len(found.terms) != 1:
        return None
    name, factor = found.terms[0]
    if factor != 1 or name not in delay.counters or delay.counters[name].step != 1:
        return None
    offset = delay.counters[name].offset(name in delay.bumped) + found.const + 1
    return offset.const if offset.is_number else None


def _grown(delay: Delay, growing: Accumulator, cap: ast.expr | None) -> Wait | None:
    """A delay that every failure multiplies."""
    if growing.op != "*" or delay.varies(growing.factor) or delay.varies(growing.start):
        return None
    start = growing.start
    if growing.name in delay.bumped:
        if not isinstance(growing.factor, ast.Constant):
            return None
        start = _times(start, growing.factor.value)  # type: ignore[arg-type]
    limit = cap if growing.cap is None else growing.cap
    if cap is not None and growing.cap is not None:
        return None
    found = _exponential_text(start, growing.factor, limit)
    doubts: tuple[str, ...] = ()
    if growing.cap is not None and growing.name not in delay.bumped:
        first, most = number_of(delay.module, start), number_of(delay.module, growing.cap)
        if first is None or most is None:
            doubts = (
                f"if `{written(start)}` is above `{written(growing.cap)}`, the first delay was not"
                " capped, and is now",
            )
        elif first > most:
            return None
    exact = isinstance(growing.factor, ast.Constant) and growing.factor.value in (2, 4, 8)
    whole = all(isinstance(number_of(delay.module, x), int) for x in (start, growing.factor))
    return Wait(found.text, found.names, rounds=found.rounds or not (exact or whole), doubts=doubts)


def _incrementing(delay: Delay, expr: ast.expr) -> Wait | None:
    """`step * attempt`, `first + step * attempt`, with whole literal numbers."""
    line = straight_line(delay, expr)
    if line is None:
        return None
    slope, at_first = line
    if slope <= 0 or at_first < 0:
        return None
    text = f"wait_incrementing(start={at_first}, increment={slope})"
    return Wait(text, ("wait_incrementing",), rounds=True, may_be_zero=at_first == 0)


def straight_line(delay: Delay, expr: ast.expr) -> tuple[int, int] | None:
    """Slope and value at the first attempt of a straight line in whole numbers."""
    match expr:
        case ast.Name(id=name) if name in delay.counters:
            counter = delay.counters[name]
            value = counter.offset(name in delay.bumped) + counter.step
            return (counter.step, value.const) if value.is_number else None
        case ast.Name(id=name) if name in delay.growing:
            growing = delay.growing[name]
            if growing.op != "+" or growing.cap is not None:
                return None
            match growing.start, growing.factor:
                case ast.Constant(value=int(start)), ast.Constant(value=int(step)):
                    return step, start + (step if name in delay.bumped else 0)
        case ast.Constant(value=int(value)):
            return 0, value
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult() as op, right=right):
            first_line, other = straight_line(delay, left), straight_line(delay, right)
            if first_line is None or other is None:
                return None
            if isinstance(op, ast.Add):
                return first_line[0] + other[0], first_line[1] + other[1]
            if first_line[0] and other[0]:
                return None
            steep, flat = (first_line, other) if first_line[0] else (other, first_line)
            return steep[0] * flat[1], steep[1] * flat[1]
    return None
