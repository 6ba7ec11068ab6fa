"""Loops that a clock ends: `while time.monotonic() < deadline`, `if elapsed > timeout: raise`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lever_fix.domains.retries.heads import start_of
from lever_fix.domains.retries.model import Clause, Deadline, Head, Loop
from lever_fix.domains.retries.syntax import (
    called,
    is_pure,
    leaves,
    loaded,
    own,
    stored,
    written_out,
)
from lever_fix.knowledge.retry_facts import CLOCKS
from lever_fix.semantics.module import Module


def with_clock(
    module: Module, loop: Loop, head: Head, attempt: ast.Try, following: Sequence[ast.stmt]
) -> Head:
    """The head of a loop without a limit, with a guard in it that asks a clock, if there is one."""
    if head.limit is not None or head.deadline is not None:
        return head
    statements = [*(one for each in attempt.handlers for one in each.body), *following]
    values = dict(_set_once(statements))
    for node in own(statements):
        if isinstance(node, ast.If) and leaves(module, node.body):
            found = _guard(module, loop, node, written_out(node.test, values))
            if found is not None:
                return replace(head, deadline=found)
    return head


def _set_once(statements: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Variables that the statements set once, by a plain assignment."""
    nodes = list(own(statements))
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if sum(isinstance(one, ast.stmt) and name in stored([one]) for one in nodes) <= 2:
                    yield name, value


def _guard(module: Module, loop: Loop, node: ast.If, test: ast.expr) -> Deadline | None:
    parts = test.values if isinstance(test, ast.BoolOp) else [test]
    if isinstance(test, ast.BoolOp) and not isinstance(test.op, ast.And):
        return None
    clocks = [one for one in parts if _asks_a_clock(module, one)]
    rest = [one for one in parts if one not in clocks]
    if len(clocks) != 1 or not all(is_pure(one) for one in rest):
        return None
    if loaded(rest) & stored(loop.body):
        return None
    found = _late(module, loop, clocks[0])
    if found is None or loaded([found[1]]) & stored(loop.body):
        return None
    only = rest[0] if len(rest) == 1 else ast.BoolOp(ast.And(), rest) if rest else None
    return Deadline(found[0], found[1], guard=node, only=only)


def _asks_a_clock(module: Module, expr: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Call) and called(module, node) in CLOCKS for node in ast.walk(expr)
    )


def _late(module: Module, loop: Loop, test: ast.expr) -> tuple[str, ast.expr] | None:
    """The variable, and the time that there is, of a condition that holds when it is over."""
    match test:
        case ast.Compare(left=late, ops=[ast.Gt() | ast.GtE()], comparators=[early]):
            pass
        case ast.Compare(left=early, ops=[ast.Lt() | ast.LtE()], comparators=[late]):
            pass
        case _:
            return None
    match late, early:
        case ast.Call(), ast.Name(id=name) if called(module, late) in CLOCKS:
            origin = start_of(module, loop, name)
            match origin.value if origin else None:
                case ast.BinOp(left=ast.Call() as now, op=ast.Add(), right=time):
                    return (name, time) if called(module, now) in CLOCKS else None
        case ast.BinOp(left=ast.Call() as now, op=ast.Sub(), right=ast.Name(id=name)), time:
            origin = start_of(module, loop, name)
            if origin and called(module, now) in CLOCKS and called(module, origin.value) in CLOCKS:
                return name, time
    return None


def still_told(clauses: Sequence[Clause]) -> set[str]:
    """Names that what stays of the clauses reads, the guard that asks the clock aside."""
    names: set[str] = set()
    for clause in clauses:
        steps = [*clause.inside, *clause.always, *clause.between, *clause.final.steps]
        ending = [clause.final.ending.node] if clause.final.ending.node is not None else []
        wanted = loaded([*(one.node for one in steps if one.kind != "assign"), *ending])
        for step in reversed(steps):
            if step.kind == "assign" and stored([step.node]) & wanted:
                wanted |= loaded([step.node])
        names |= wanted
    return names


def stop_of(deadline: Deadline, written: Mapping[str, str]) -> str:
    """When to give up, as tenacity's `stop=`."""
    if deadline.guard is None:
        return f"stop_before_delay({written['time']})"
    stop = f"stop_after_delay({written['time']})"
    return f"{stop} if {written['only']} else stop_never" if "only" in written else stop
