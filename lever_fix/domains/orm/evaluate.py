"""What an expression holds, and what evaluating it does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from lever_fix.domains.orm.calls import call, shown
from lever_fix.domains.orm.join import join
from lever_fix.domains.orm.known import known_value
from lever_fix.domains.orm.queries import iterated
from lever_fix.domains.orm.rows import attribute_of
from lever_fix.domains.orm.trace import Frame, Loop, Yielded
from lever_fix.domains.orm.values import (
    ClassAttribute,
    Condition,
    Flag,
    LoaderOption,
    Mapping,
    Nothing,
    Rows,
    Tuple,
    Value,
)
from lever_fix.domains.orm.walk import Walk, bind, element_of, expressions, pick, single

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def evaluate(walk: Walk, frame: Frame, node: ast.expr) -> Value:
    """What an expression holds; whatever happens on the way is noted in the walk."""
    handler = _EXPRESSIONS.get(type(node))
    if handler is not None:
        return handler(walk, frame, node)
    for child in expressions(node):
        evaluate(walk, frame, child)
    return None


def _name(walk: Walk, frame: Frame, node: ast.Name) -> Value:
    if node.id in frame.env:
        return frame.env[node.id]
    return known_value(walk.world, frame.module, node)


def _attribute(walk: Walk, frame: Frame, node: ast.Attribute) -> Value:
    if isinstance(node.value, ast.Name) and f"{node.value.id}.{node.attr}" in frame.env:
        return frame.env[f"{node.value.id}.{node.attr}"]
    base = evaluate(walk, frame, node.value)
    if base is not None:
        return attribute_of(walk, frame, node, base)
    return known_value(walk.world, frame.module, node)


def _constant(walk: Walk, frame: Frame, node: ast.Constant) -> Value:
    if isinstance(node.value, bool):
        return Flag(node.value)
    return Nothing() if node.value is None else None


def _await(walk: Walk, frame: Frame, node: ast.Await) -> Value:
    frame.awaited.add(id(node.value))
    return evaluate(walk, frame, node.value)


def _not(walk: Walk, frame: Frame, node: ast.UnaryOp) -> Value:
    value = evaluate(walk, frame, node.operand)
    is_flag = isinstance(node.op, ast.Not) and isinstance(value, Flag)
    return Flag(not value.value) if is_flag and isinstance(value, Flag) else None


def _walrus(walk: Walk, frame: Frame, node: ast.NamedExpr) -> Value:
    value = evaluate(walk, frame, node.value)
    bind(walk, frame, node.target, value)
    return value


def _conditional(walk: Walk, frame: Frame, node: ast.IfExp) -> Value:
    test = evaluate(walk, frame, node.test)
    if isinstance(test, Flag):
        return evaluate(walk, frame, node.body if test.value else node.orelse)
    before, spared = walk.spared, frame.spared(node.test)
    values: list[Value] = []
    walk.conditions += 1
    for at, branch in enumerate((node.body, node.orelse)):
        walk.spared = (*before, spared[1]) if spared and spared[0] == at else before
        values.append(evaluate(walk, frame, branch))
    walk.spared = before
    walk.conditions -= 1
    return join(*values)


def _either(walk: Walk, frame: Frame, node: ast.BoolOp) -> Value:
    stops = Flag(isinstance(node.op, ast.Or))
    first = evaluate(walk, frame, node.values[0])
    if first == stops:
        return first
    walk.conditions += 1
    others = [evaluate(walk, frame, one) for one in node.values[1:]]
    walk.conditions -= 1
    if stops in others:
        return stops
    if all(isinstance(one, Flag) for one in (first, *others)):
        return Flag(not stops.value)
    return first if isinstance(node.op, ast.Or) and isinstance(first, Rows) else (
        others[-1] if isinstance(node.op, ast.And) else None
    )  # fmt: skip


def _tuple(walk: Walk, frame: Frame, node: ast.Tuple | ast.List) -> Value:
    elements = tuple(evaluate(walk, frame, one) for one in node.elts)
    if isinstance(node, ast.List):
        starred = [one for one in node.elts if isinstance(one, ast.Starred)]
        if len(node.elts) == 1 and starred and elements[0] is not None:
            return Rows(element_of(elements[0]))
        return Tuple(elements) if elements and all(map(_is_option, elements)) else None
    return Tuple(elements)


def _is_option(value: Value) -> bool:
    return isinstance(value, LoaderOption)


def _starred(walk: Walk, frame: Frame, node: ast.Starred) -> Value:
    return evaluate(walk, frame, node.value)


def _subscript(walk: Walk, frame: Frame, node: ast.Subscript) -> Value:
    base = evaluate(walk, frame, node.value)
    evaluate(walk, frame, node.slice)
    if isinstance(base, Rows) and isinstance(node.slice, ast.Slice):
        if node.slice.lower or node.slice.upper:
            pick(walk, frame, node, base)
        return Rows(base.element, None, base.is_list)
    if isinstance(base, Rows):
        return pick(walk, frame, node, base)
    if isinstance(base, Mapping):
        return single(base.element)
    if isinstance(base, Tuple) and isinstance(node.slice, ast.Constant):
        at = node.slice.value
        if isinstance(at, int) and -len(base.elements) <= at < len(base.elements):
            return base.elements[at]
    return None


def _comprehension(walk: Walk, frame: Frame, node: Comprehension) -> Value:
    outer = frame.env
    frame.env = dict(outer)
    element: Value = None
    conditions = walk.conditions
    over: Value = None
    for generator in node.generators:
        over = iterated(walk, frame, generator.iter, evaluate(walk, frame, generator.iter))
        walk.loops.append(Loop(node, over, frame, len(walk.events)))
        bind(walk, frame, generator.target, element_of(over))
        for test in generator.ifs:
            evaluate(walk, frame, test)
            walk.conditions += 1
    if isinstance(node, ast.DictComp):
        evaluate(walk, frame, node.key)
        element = evaluate(walk, frame, node.value)
    else:
        element = evaluate(walk, frame, node.elt)
    del walk.loops[len(walk.loops) - len(node.generators) :]
    walk.conditions = conditions
    if frame.module.has(b":="):
        walruses = {one.target.id for one in ast.walk(node) if isinstance(one, ast.NamedExpr)}
        for name in walruses & frame.env.keys():
            outer[name] = None
    frame.env = outer
    if element is None:
        return None
    return Mapping(element) if isinstance(node, ast.DictComp) else Rows(
        element, None, not isinstance(node, ast.GeneratorExp)
    )  # fmt: skip


def _formatted(walk: Walk, frame: Frame, node: ast.FormattedValue) -> Value:
    value = evaluate(walk, frame, node.value)
    is_plain = node.conversion in (ord("r"), ord("a"))
    shown(walk, frame, node, value, ("__repr__",) if is_plain else ("__str__", "__repr__"))
    if node.format_spec is not None:
        evaluate(walk, frame, node.format_spec)
    return None


def _lambda(walk: Walk, frame: Frame, node: ast.Lambda) -> Value:
    return walk.local(node, frame)


def _yield(walk: Walk, frame: Frame, node: ast.Yield | ast.YieldFrom) -> Value:
    if node.value is not None:
        evaluate(walk, frame, node.value)
    walk.record(Yielded, frame, node)
    return None


def _compare(walk: Walk, frame: Frame, node: ast.Compare) -> Value:
    """`D.fk == row.id` as a condition; whatever else is compared is not looked at."""
    left = evaluate(walk, frame, node.left)
    right = [evaluate(walk, frame, one) for one in node.comparators]
    if len(right) != 1 or not isinstance(node.ops[0], ast.Eq):
        return Condition(node, frame.module) if _is_column(left) else None
    if _is_column(right[0]) and not _is_column(left):
        return Condition(node, frame.module, _column(right[0]), node.left, left)
    if _is_column(left) and not _is_column(right[0]):
        return Condition(node, frame.module, _column(left), node.comparators[0], right[0])
    return Condition(node, frame.module) if _is_column(left) else None


def _is_column(value: Value) -> bool:
    return isinstance(value, ClassAttribute)


def _column(value: Value) -> ClassAttribute:
    assert isinstance(value, ClassAttribute)
    return value


_EXPRESSIONS: dict[type[ast.expr], Callable[[Walk, Frame, Any], Value]] = {
    ast.Attribute: _attribute,
    ast.Await: _await,
    ast.BoolOp: _either,
    ast.Call: call,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.DictComp: _comprehension,
    ast.FormattedValue: _formatted,
    ast.GeneratorExp: _comprehension,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.List: _tuple,
    ast.ListComp: _comprehension,
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.SetComp: _comprehension,
    ast.Starred: _starred,
    ast.Subscript: _subscript,
    ast.Tuple: _tuple,
    ast.UnaryOp: _not,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
}
