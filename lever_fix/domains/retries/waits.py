"""The delay between two attempts as one of tenacity's waits, or as a function of the attempt.

`wait_exponential(multiplier=m, exp_base=b)` sleeps `m * b**(n - 1)` after the n-th failure;
`wait_incrementing(start=s, increment=i)` sleeps `s + i * (n - 1)`. Both were measured to sleep
what the hand-written sums do. Only the first keeps a whole number whole, and only without `max=`,
so where the delay is logged the others are written as a `lambda`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from lever_fix.domains.retries.linear import Counter, linear
from lever_fix.domains.retries.model import Accumulator, Clause, Head, NotRewritableError, Step
from lever_fix.domains.retries.syntax import called, copied, loaded, written_out
from lever_fix.domains.retries.wording import numbered, written
from lever_fix.knowledge.retry_facts import RANDOM, UNIFORM
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
    """

    text: str
    names: tuple[str, ...] = ()
    draws: bool = False
    reads_error: bool = False
    is_function: bool = False
    may_be_zero: bool = False
    doubts: tuple[str, ...] = ()
    rounds: bool = False


@dataclass(frozen=True, eq=False)
class _Delay:
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
        return (
            bool(names & {*self.counters, *self.growing, self.error})
            or any(isinstance(node, ast.Call | ast.Await) for node in ast.walk(expr))
        )


def wait_of(
    module: Module, head: Head, clause: Clause, *, exact: bool, by_number: bool = False
) -> Wait:
    """The wait between two attempts of a clause.

    Args:
        module: The module.
        head: What the head of the loop says.
        clause: The clause.
        exact: Whether a whole number has to stay one, because the delay is logged.
        by_number: Whether it is wanted as a function of the attempt's number.

    Raises:
        NotRewritableError: The delay depends on something that tenacity does not know.
    """
    if head.delays is not None:
        return _listed(head.delays[0], head.delays[1], clause)
    if clause.delay is None:
        return Wait("")
    expr = delay_of(clause)
    delay = _Delay(
        module,
        head.counters,
        head.accumulators,
        clause.delay.bumped,
        clause.handler.name or "",
    )
    wait = _named(delay, expr)
    grows = loaded([expr]) & head.accumulators.keys()
    if wait is None or (exact and wait.rounds) or (by_number and not grows):
        wait = _by_number(delay, expr)
    if clause.delay.ahead and wait.is_function:
        raise NotRewritableError("delay-unclear", "it sleeps at the top of the next iteration")
    return wait


def delay_of(clause: Clause) -> ast.expr:
    """What is slept, with the variables written out that the handler assigns."""
    assert clause.delay is not None
    assert clause.delay.delay is not None
    values = assigned((*clause.always, *clause.between))
    return written_out(clause.delay.delay, values)


def assigned(steps: tuple[Step, ...]) -> dict[str, ast.expr]:
    """The values of variables after the steps, in terms of what was there before."""
    values: dict[str, ast.expr] = {}
    for step in steps:
        match step.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = written_out(value, values)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                values[name] = written_out(value, values)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value) if name in values:
                values[name] = ast.BinOp(values[name], op, written_out(value, values))
    return values


def _listed(name: str, sequence: ast.expr, clause: Clause) -> Wait:
    """`for delay in (1, 2, 4)`."""
    slept = clause.delay.delay if clause.delay else None
    if not isinstance(slept, ast.Name) or slept.id != name:
        raise NotRewritableError("counter-is-data", f"`{name}` is more than the delay")
    if isinstance(sequence, ast.Tuple | ast.List):
        if all(ast.dump(one) == ast.dump(sequence.elts[0]) for one in sequence.elts):
            return Wait(f"wait_fixed({written(sequence.elts[0])})", ("wait_fixed",), rounds=True)
        waits = ", ".join(f"wait_fixed({written(one)})" for one in sequence.elts)
        return Wait(f"wait_chain({waits})", ("wait_chain", "wait_fixed"), rounds=True)
    text = f"wait_chain(*map(wait_fixed, {written(sequence)}))"
    return Wait(text, ("wait_chain", "wait_fixed"), rounds=True)


def _named(delay: _Delay, expr: ast.expr) -> Wait | None:
    """One of tenacity's own waits that sleeps just this; None where there is none."""
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


def _jitter(delay: _Delay, expr: ast.expr) -> Wait | None:
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


def _full_jitter(delay: _Delay, expr: ast.expr) -> Wait | None:
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


def _steady(delay: _Delay, expr: ast.expr) -> Wait | None:
    """A wait without chance: fixed, exponential or incrementing."""
    if not delay.varies(expr):
        return Wait(f"wait_fixed({written(expr)})", ("wait_fixed",), rounds=not _is_float(expr))
    return _exponential(delay, expr) or _incrementing(delay, expr)


def _is_float(expr: ast.expr) -> bool:
    return isinstance(expr, ast.Constant) and isinstance(expr.value, float)


def _exponential(delay: _Delay, expr: ast.expr, cap: ast.expr | None = None) -> Wait | None:
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


def _power(delay: _Delay, expr: ast.expr) -> tuple[ast.expr, ast.expr, int] | None:
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
                    whole = factor if _is_whole(inner[0], 1) else ast.BinOp(factor, ast.Mult(), inner[0])
                    return whole, inner[1], inner[2]
    return None


def _shift(delay: _Delay, exponent: ast.expr) -> int | None:
    """The `s` of an exponent that is `n - 1 + s` for the n-th attempt."""
    found = linear(exponent)
    if found is None or len(found.terms) != 1:
        return None
    name, factor = found.terms[0]
    if factor != 1 or name not in delay.counters or delay.counters[name].step != 1:
        return None
    offset = delay.counters[name].offset(name in delay.bumped) + found.const + 1
    return offset.const if offset.is_number else None


def _grown(delay: _Delay, growing: Accumulator, cap: ast.expr | None) -> Wait | None:
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
        first, most = _number(delay.module, start), _number(delay.module, growing.cap)
        if first is None or most is None:
            doubts = (
                f"if `{written(start)}` is above `{written(growing.cap)}`, the first delay was not"
                " capped, and is now",
            )
        elif first > most:
            return None
    exact = isinstance(growing.factor, ast.Constant) and growing.factor.value in (2, 4, 8)
    whole = all(isinstance(_number(delay.module, x), int) for x in (start, growing.factor))
    return Wait(found.text, found.names, rounds=found.rounds or not (exact or whole), doubts=doubts)


def _number(module: Module, expr: ast.expr) -> float | None:
    """The number that an expression is, if it is a literal or a constant of the module."""
    if isinstance(expr, ast.Constant):
        return expr.value if isinstance(expr.value, int | float) else None
    if isinstance(expr, ast.Name):
        return constant(module, expr.id)
    return None


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


def _incrementing(delay: _Delay, expr: ast.expr) -> Wait | None:
    """`step * attempt`, `first + step * attempt`, with whole literal numbers."""
    line = _line(delay, expr)
    if line is None:
        return None
    slope, at_first = line
    if slope <= 0 or at_first < 0:
        return None
    text = f"wait_incrementing(start={at_first}, increment={slope})"
    return Wait(text, ("wait_incrementing",), rounds=True, may_be_zero=at_first == 0)


def _line(delay: _Delay, expr: ast.expr) -> tuple[int, int] | None:
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
            start, step = growing.start, growing.factor
            if isinstance(start, ast.Constant) and isinstance(step, ast.Constant):
                if isinstance(start.value, int) and isinstance(step.value, int):
                    first = start.value + (step.value if name in delay.bumped else 0)
                    return step.value, first
        case ast.Constant(value=int(value)):
            return 0, value
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult() as op, right=right):
            first_line, other = _line(delay, left), _line(delay, right)
            if first_line is None or other is None:
                return None
            if isinstance(op, ast.Add):
                return first_line[0] + other[0], first_line[1] + other[1]
            if first_line[0] and other[0]:
                return None
            steep, flat = (first_line, other) if first_line[0] else (other, first_line)
            return steep[0] * flat[1], steep[1] * flat[1]
    return None


def _by_number(delay: _Delay, expr: ast.expr) -> Wait:
    """The delay as a function of the attempt's number."""
    names = loaded([expr])
    if names & set(delay.growing):
        raise NotRewritableError("delay-unclear", "the delay grows in a way tenacity has no wait for")
    if any(isinstance(node, ast.Await) for node in ast.walk(expr)):
        raise NotRewritableError("delay-unclear", "the delay is awaited")
    say = numbered(dict(delay.counters), delay.bumped, f"{STATE}.attempt_number")

    class _Number(ast.NodeTransformer):
        def generic_visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr) and (text := say(node)) is not None:
                return ast.parse(text, mode="eval").body
            return super().generic_visit(node)

        def visit_Compare(self, node: ast.Compare) -> ast.AST:
            return _plain_comparison(node, delay) or self.generic_visit(node)

        def visit_Name(self, node: ast.Name) -> ast.AST:
            text = say(node)
            return node if text is None else ast.parse(text, mode="eval").body

    text = written(_Number().visit(copied(expr)))
    draws = any(called(delay.module, node) in (UNIFORM, RANDOM) for node in ast.walk(expr) if isinstance(node, ast.Call))
    return Wait(
        text,
        draws=draws or _calls_random(delay, expr),
        reads_error=bool(delay.error) and delay.error in names,
        is_function=True,
        may_be_zero=isinstance(expr, ast.IfExp) or _starts_at_zero(delay, expr),
    )


def _plain_comparison(node: ast.Compare, delay: _Delay) -> ast.expr | None:
    """`number > 3`, of `attempt > 2` where that counts from 0."""
    if len(node.ops) != 1:
        return None
    left, right = linear(node.left), linear(node.comparators[0])
    if left is None or right is None:
        return None
    difference = left + right.times(-1)
    names = [name for name, factor in difference.terms if factor == 1]
    if len(difference.terms) != 1 or len(names) != 1 or names[0] not in delay.counters:
        return None
    counter = delay.counters[names[0]]
    offset = counter.offset(counter.name in delay.bumped) + difference.const
    if counter.step != 1 or not offset.is_number:
        return None
    number = ast.parse(f"{STATE}.attempt_number", mode="eval").body
    return ast.Compare(number, node.ops, [ast.Constant(-offset.const)])


def _calls_random(delay: _Delay, expr: ast.expr) -> bool:
    return any(
        called(delay.module, node).startswith("random.")
        for node in ast.walk(expr)
        if isinstance(node, ast.Call)
    )


def _starts_at_zero(delay: _Delay, expr: ast.expr) -> bool:
    line = _line(delay, expr)
    return line is not None and line[1] == 0
