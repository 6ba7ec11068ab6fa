"""Loader options as written: which paths they already load, and where they can be extended."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from msgspec.structs import replace

from lever_fix.domains.orm.trace import Frame
from lever_fix.domains.orm.values import (
    ClassAttribute,
    Hop,
    LoaderOption,
    MappedName,
    Site,
    Tuple,
    Value,
)
from lever_fix.domains.orm.walk import Walk
from lever_fix.index.facts import FunctionFacts

_OPTIONS = frozenset({"ExecutableOption", "Load", "LoaderOption", "ORMOption", "_AbstractLoad"})
_WORD = re.compile(r"\w+")
STRATEGIES = frozenset({
    "contains_eager", "defaultload", "immediateload", "joinedload", "lazyload", "noload",
    "raiseload", "selectinload", "subqueryload",
})  # fmt: skip
COLUMNS = frozenset({
    "defer", "load_only", "undefer", "undefer_group", "with_expression", "selectin_polymorphic",
})  # fmt: skip


def options_of(
    walk: Walk, frame: Frame, arguments: Sequence[ast.expr]
) -> tuple[list[LoaderOption], set[str]]:
    """The options that are given to a statement, and what is to be minded about them."""
    options: list[LoaderOption] = []
    hazards: set[str] = set()
    for argument in arguments:
        given = _given(walk, frame, argument)
        if given is None:
            hazards.add("opaque-options")
        else:
            options += given
    if any(hop.path[-1] == "*" for one in options for hop in one.hops):
        hazards.add("wildcard")
    if any(one.of_method for one in options):
        hazards.add("options-of-method")
    return options, hazards


def _given(walk: Walk, frame: Frame, argument: ast.expr) -> list[LoaderOption] | None:
    """The options that one argument stands for; None where some of them are not known."""
    node = argument.value if isinstance(argument, ast.Starred) else argument
    if isinstance(node, ast.List | ast.Tuple):  # `Query.options` takes lists, too
        every = [_given(walk, frame, one) for one in node.elts]
        return None if None in every else [one for some in every if some for one in some]
    walk.wanted = node
    held = walk.evaluate(walk, frame, node)
    some = held.elements if isinstance(held, Tuple) else (held,)
    known = [one for one in some if isinstance(one, LoaderOption) and not one.opaque]
    return known if known and len(known) == len(some) else None


def returns_options(function: FunctionFacts) -> bool:
    """Whether the annotation of a function says that it returns loader options."""
    return any(word in _OPTIONS for word in _WORD.findall(function.returns))


def of_method(value: Value) -> Value:
    """What a method returned, with its options marked as such."""
    if isinstance(value, LoaderOption):
        return replace(value, of_method=True)
    return Tuple(tuple(map(of_method, value.elements))) if isinstance(value, Tuple) else value


def loader_option(walk: Walk, frame: Frame, node: ast.Call, strategy: str) -> LoaderOption:
    """A call such as `selectinload(User.orders)`."""
    site = Site(frame.module, node)
    if strategy in COLUMNS:
        for argument in node.args:
            walk.evaluate(walk, frame, argument)
        return LoaderOption("", site=site)
    return _hop(walk, frame, LoaderOption("", site=site), node, strategy)


def chained(
    walk: Walk, frame: Frame, base: LoaderOption, node: ast.Call, name: str
) -> LoaderOption:
    """A call on an option: `.selectinload(Order.items)`, `.options(...)`, `.load_only(...)`."""
    base = replace(base, site=Site(frame.module, node))
    if name in STRATEGIES:
        return _hop(walk, frame, base, node, name)
    if name == "options":
        for argument in node.args:
            inner = walk.evaluate(walk, frame, argument)
            if not isinstance(inner, LoaderOption) or inner.opaque:
                return replace(base, opaque=True)
            hops = tuple(Hop((*base.tip, *hop.path), hop.strategy, hop.plain) for hop in inner.hops)
            base = replace(base, hops=(*base.hops, *hops))
        # What is chained on would apply to the tip, but reads as if it belonged to the last one.
        return base
    if name in COLUMNS:
        return base
    return replace(base, opaque=True)


def _hop(
    walk: Walk, frame: Frame, base: LoaderOption, node: ast.Call, strategy: str
) -> LoaderOption:
    values = [walk.evaluate(walk, frame, one) for one in node.args]
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and first.value == "*":
        return replace(base, hops=(*base.hops, Hop((*base.tip, "*"), strategy)))
    if len(values) != 1 or not isinstance(values[0], ClassAttribute):
        return replace(base, opaque=True)
    attribute = values[0]
    tip = (*base.tip, attribute.name)
    plain = attribute.plain and base.opaque is False
    root = base.root or rooted(attribute.entity)
    return replace(
        base, root=root, hops=(*base.hops, Hop(tip, strategy, plain)), tip=tip,
    )  # fmt: skip


def rooted(entity: MappedName) -> str:
    """How an option's root is told from another one: by class and alias."""
    return entity.key + (f" as {entity.alias}" if entity.alias else "")


def load(walk: Walk, frame: Frame, node: ast.Call) -> Value:
    """`Load(User)`: an option without a hop yet."""
    value = walk.evaluate(walk, frame, node.args[0]) if node.args else None
    if not isinstance(value, MappedName):
        return LoaderOption("", opaque=True)
    return LoaderOption(rooted(value), site=Site(frame.module, node))
