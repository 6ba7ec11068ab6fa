"""The head of a loop and the assignments before it: how often it runs, and what counts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.retries.linear import ENTRY, Counter, Linear, linear, threshold
from lever_fix.domains.retries.model import Accumulator, Deadline, Head, Loop
from lever_fix.domains.retries.syntax import block_of, called, function_of, own, stored
from lever_fix.knowledge.retry_facts import CLOCKS
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


def read_head(module: Module, loop: Loop) -> Head | None:
    """What the head of a loop says; None where it cannot be one that tries again."""
    if isinstance(loop, ast.For):
        return _read_for(module, loop)
    counters, setup = _counters(module, loop)
    accumulators, more = _accumulators(module, loop, set(counters))
    setup = (*setup, *more)
    match loop.test:
        case ast.Constant(value=value) if value:
            optional = _optional(loop, counters)
            return Head(
                counters, None, True, setup=setup, accumulators=accumulators, optional=optional
            )
    deadline = _deadline(module, loop)
    if deadline is not None:
        return Head(counters, deadline=deadline, setup=setup, accumulators=accumulators)
    passes = threshold(loop.test, counters, frozenset())
    if passes is None or (passes.holds_from and not passes.exact):
        return None
    limit = passes.at + -1
    entered = limit.is_number and limit.const > 0
    return Head(counters, limit, entered, setup=setup, accumulators=accumulators)


def _optional(loop: ast.While, counters: dict[str, Counter]) -> frozenset[str]:
    """Limits that are only looked at, and counted down, where they are not None."""
    asked: dict[str, int] = {}
    known: dict[str, int] = {}
    for node in own(loop.body):
        if isinstance(node, ast.Compare) and (name := may_be_none(node)):
            asked[name] = asked.get(name, 0) + 1
        match node:
            case ast.If(test=ast.Compare() as test, body=[statement], orelse=[]):
                name = may_be_none(test)
                if name and bump(statement, name):
                    known[name] = known.get(name, 0) + 1
            case ast.If(test=ast.BoolOp(op=ast.And(), values=[first, second])):
                name = may_be_none(first)
                if name and threshold(second, counters, frozenset()):
                    known[name] = known.get(name, 0) + 1
    changed = stored(loop.body) - counters.keys()
    return frozenset(name for name in asked.keys() - changed if asked[name] == known.get(name))


def may_be_none(test: ast.expr) -> str:
    """The variable that a condition says is not None; empty for any other condition."""
    match test:
        case ast.Compare(
            left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]
        ):
            return name
    return ""


def _deadline(module: Module, loop: ast.While) -> Deadline | None:
    """The deadline of `while time.monotonic() < deadline:` and its like."""
    match loop.test:
        case ast.Compare(left=left, ops=[ast.Lt()], comparators=[right]):
            early, late = left, right
        case ast.Compare(left=left, ops=[ast.Gt()], comparators=[right]):
            early, late = right, left
        case _:
            return None
    match early:
        case ast.Call() if called(module, early) in CLOCKS and isinstance(late, ast.Name):
            origin = start_of(module, loop, late.id)
            match origin.value if origin else None:
                case ast.BinOp(left=ast.Call() as now, op=ast.Add(), right=time):
                    return Deadline(late.id, time) if called(module, now) in CLOCKS else None
        case ast.BinOp(left=ast.Call() as now, op=ast.Sub(), right=ast.Name(id=name)):
            origin = start_of(module, loop, name)
            if origin and called(module, now) in CLOCKS and called(module, origin.value) in CLOCKS:
                return Deadline(name, late)
    return None


def _read_for(module: Module, loop: ast.For) -> Head | None:
    accumulators, setup = _accumulators(module, loop, set())
    counters, more = _counters(module, loop)
    setup = (*setup, *more)
    match loop.target, loop.iter:
        case ast.Name(id=name), ast.Call() as call:
            found = _range(module, name, call)
            if found is None:
                return None
            counter, limit = found
            entered = limit is None or (limit.is_number and limit.const > 0)
            counters = {**counters, name: counter}
            return Head(counters, limit, entered, setup=setup, accumulators=accumulators)
        case ast.Name(id=name), sequence:
            return _over_delays(module, loop, name, sequence)
    return None


def _range(module: Module, name: str, call: ast.Call) -> tuple[Counter, Linear | None] | None:
    """The counter of `for name in range(…)`, and the number of iterations."""
    function = called(module, call)
    if call.keywords or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    if function == "itertools.count" and len(call.args) <= 1:
        start = linear(call.args[0]) if call.args else Linear()
        return (Counter(name, start, automatic=True), None) if start else None
    if not (function == "builtins.range" or _is_plain_range(module, call)) or not call.args:
        return None
    match call.args:
        case [stop]:
            first, last, step = Linear(), _sum(stop), 1
        case [begin, stop]:
            first, last, step = _sum(begin), _sum(stop), 1
        case [begin, stop, ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))]:
            first, last, step = _sum(begin), _sum(stop), -1
        case _:
            return None
    return Counter(name, first, step, True), (last + first.times(-1)).times(step)


def _is_plain_range(module: Module, call: ast.Call) -> bool:
    """Whether `range` is called that nothing binds but, in theory, an `import *`."""
    known = scopes(module)
    match call.func:
        case ast.Name(id="range"):
            return known.lookup("range", known.scope_of(call.func)) is None
    return False


def _sum(expr: ast.expr) -> Linear:
    """An expression that is evaluated once, as a sum of whatever it holds."""
    found = linear(expr)
    if found is not None:
        return found
    if isinstance(expr, ast.BinOp) and isinstance(expr.op, ast.Add | ast.Sub):
        sign = 1 if isinstance(expr.op, ast.Add) else -1
        return _sum(expr.left) + _sum(expr.right).times(sign)
    text = ast.unparse(expr)
    simple = isinstance(expr, ast.Call | ast.Subscript)
    return Linear(((text if simple else f"({text})", 1),))


def _over_delays(module: Module, loop: ast.For, name: str, sequence: ast.expr) -> Head | None:
    """`for delay in (1, 2, 4):`, where the variable is only ever slept."""
    match sequence:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            if any(isinstance(one, ast.Starred) for one in elements) or not elements:
                return None
            limit = Linear((), len(elements))
        case ast.Name() | ast.Attribute():
            limit = Linear(((f"len({ast.unparse(sequence)})", 1),))
        case _:
            return None
    counters, setup = _counters(module, loop)
    return Head(counters, limit, limit.is_number, (name, sequence), setup=setup)


def _counters(module: Module, loop: Loop) -> tuple[dict[str, Counter], tuple[ast.stmt, ...]]:
    """Variables that the loop only ever bumps by one, and the assignments that start them."""
    counters: dict[str, Counter] = {}
    setup: list[ast.stmt] = []
    for name in sorted(stored(loop.body)):
        steps = {bump(node, name) for node in _stores(loop, name)}
        step = next(iter(steps)) if len(steps) == 1 else None
        if step is None:
            continue
        origin = start_of(module, loop, name)
        if origin is None:
            continue
        if origin.statement is None:
            counters[name] = Counter(name, Linear(((ENTRY + name, 1),)), step)
        elif (start := linear(origin.value)) is not None:
            setup.append(origin.statement)
            counters[name] = Counter(name, start, step)
    return counters, tuple(setup)


def _stores(loop: Loop, name: str) -> Iterator[ast.stmt]:
    """The statements in a loop that change a variable; a stand-in where it is no statement."""
    for node in own(loop.body):
        if isinstance(node, ast.stmt) and name in _direct(node):
            yield node
        elif isinstance(node, ast.NamedExpr | ast.ExceptHandler | ast.comprehension):
            target = getattr(node, "target", None)
            if getattr(node, "name", None) == name or (
                isinstance(target, ast.Name) and target.id == name
            ):
                yield ast.Pass()


def _direct(node: ast.stmt) -> set[str]:
    match node:
        case ast.Assign(targets=targets):
            return stored(targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return stored([target])
        case ast.For(target=target) | ast.AsyncFor(target=target):
            return stored([target])
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return stored([one.optional_vars for one in items if one.optional_vars])
        case ast.Delete(targets=targets):
            return stored(targets)
    return stored([node]) if not hasattr(node, "body") else set()


def bump(node: ast.stmt, name: str) -> int | None:
    """1 or -1 where a statement counts a variable up or down by one."""
    match node:
        case ast.AugAssign(
            target=ast.Name(id=target), op=ast.Add() | ast.Sub() as op, value=ast.Constant(value=1)
        ):
            return (1 if isinstance(op, ast.Add) else -1) if target == name else None
        case ast.Assign(
            targets=[ast.Name(id=target)],
            value=ast.BinOp(
                left=ast.Name(id=left),
                op=ast.Add() | ast.Sub() as op,
                right=ast.Constant(value=1),
            ),
        ):
            return (1 if isinstance(op, ast.Add) else -1) if target == left == name else None
    return None


@dataclass(frozen=True, eq=False)
class Origin:
    """Where a variable has its value from when the loop starts.

    Attributes:
        statement: The assignment; None for a parameter.
        value: The value assigned, or the parameter.
    """

    statement: ast.stmt | None
    value: ast.expr


def start_of(module: Module, loop: Loop, name: str) -> Origin | None:
    """Where a variable has its value from when the loop starts; None where that is not clear."""
    statement: ast.stmt = loop
    while True:
        block = block_of(module, statement)
        at = next(i for i, one in enumerate(block) if one is statement)
        for before in reversed(block[:at]):
            if name not in stored([before]):
                continue
            match before:
                case ast.Assign(targets=[ast.Name()], value=value):
                    return Origin(before, value)
                case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
                    return Origin(before, value)
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if (
                    len(names) == len(values)
                ):
                    for target, value in zip(names, values, strict=True):
                        if isinstance(target, ast.Name) and target.id == name:
                            return Origin(before, value)
            return None
        parent = scopes(module).parent(statement)
        if isinstance(parent, ast.ExceptHandler | ast.match_case):
            parent = scopes(module).parent(parent)
        if isinstance(parent, ast.For | ast.AsyncFor | ast.While):
            return None  # what an earlier round of the loop around it left there
        if not isinstance(parent, ast.With | ast.AsyncWith | ast.Try | ast.If):
            break
        statement = parent
    if _is_parameter(module, loop, name):
        return Origin(None, ast.Name(name, ast.Load()))
    return None


def _is_parameter(module: Module, loop: Loop, name: str) -> bool:
    function = function_of(module, loop)
    if function is None:
        return False
    given = function.args
    return any(one.arg == name for one in [*given.posonlyargs, *given.args, *given.kwonlyargs])


def _accumulators(
    module: Module, loop: Loop, counters: set[str]
) -> tuple[dict[str, Accumulator], tuple[ast.stmt, ...]]:
    """Delays that every failure makes longer, and the assignments that start them."""
    found: dict[str, Accumulator] = {}
    setup: list[ast.stmt] = []
    for name in sorted(stored(loop.body) - counters):
        stores = list(_stores(loop, name))
        grown = {ast.dump(one): growth(one, name) for one in stores}
        if not stores or len(grown) != 1 or (update := grown[ast.dump(stores[0])]) is None:
            continue
        origin = start_of(module, loop, name)
        if origin is not None:
            found[name] = Accumulator(name, origin.value, *update)
            setup += [origin.statement] if origin.statement else []
    return found, tuple(setup)


def growth(node: ast.stmt, name: str) -> tuple[str, ast.expr, ast.expr | None] | None:
    """Operator, factor and cap of a statement that makes a delay longer."""
    match node:
        case ast.AugAssign(target=ast.Name(id=target), op=op, value=factor) if target == name:
            return (sign, factor, None) if (sign := _sign(op)) else None
        case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
            pass
        case _:
            return None
    cap: ast.expr | None = None
    match value:
        case ast.Call(func=ast.Name(id="min"), args=[ast.BinOp() as inner, limit], keywords=[]):
            value, cap = inner, limit
        case ast.Call(func=ast.Name(id="min"), args=[limit, ast.BinOp() as inner], keywords=[]):
            value, cap = inner, limit
    match value:
        case ast.BinOp(left=ast.Name(id=left), op=op, right=factor) if left == name:
            return (sign, factor, cap) if (sign := _sign(op)) else None
        case ast.BinOp(left=factor, op=op, right=ast.Name(id=right)) if right == name:
            return (sign, factor, cap) if (sign := _sign(op)) else None
    return None


def _sign(op: ast.operator) -> str:
    return {ast.Mult: "*", ast.Add: "+"}.get(type(op), "")
