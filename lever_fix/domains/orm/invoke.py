"""Walk into a function of the project with what it is given."""

from __future__ import annotations

import ast

from lever_fix.domains.orm.distance import DEEPEST
from lever_fix.domains.orm.flow import run
from lever_fix.domains.orm.join import join
from lever_fix.domains.orm.known import parameters
from lever_fix.domains.orm.options import of_method, returns_options
from lever_fix.domains.orm.probe import Glance, Probe, bare, is_plain
from lever_fix.domains.orm.querying import may_query
from lever_fix.domains.orm.trace import Escaped, Frame
from lever_fix.domains.orm.values import (
    BoundMethod,
    ClassAttribute,
    Entity,
    Flag,
    FunctionNode,
    Instance,
    Known,
    LocalFunction,
    MappedName,
    Nothing,
    Rows,
    Session,
    SessionFactory,
    Value,
)
from lever_fix.domains.orm.walk import Walk
from lever_fix.domains.orm.world import World
from lever_fix.index.index import Symbol


def invoke(
    walk: Walk, frame: Frame, call: ast.AST, symbol: Symbol, given: dict[str | int, Value],
    owner: Value = None,
) -> Value:  # fmt: skip
    """What a call of a project function returns; what happens inside is noted in the walk.

    Args:
        walk: The walk.
        frame: The caller.
        call: The call.
        symbol: The function.
        given: Arguments by position and by name.
        owner: What a method is called on.
    """
    values = (owner, *given.values())
    if _gives_options(walk, frame, call, symbol):
        value = _enter(walk, frame, call, symbol, given, owner)
        return of_method(value) if "." in symbol.name else value
    worth = walk.steps > 0 and _is_worth_it(walk.world, symbol, values, 0)
    if worth and not _is_near_enough(walk, frame, symbol, values):
        walk.cut_short += 1
        worth = False
    if not worth:
        not_followed(walk, frame, call, symbol.name, given)
        return None  # its tree is not even opened
    if isinstance(walk, Glance) and _is_on_its_own(walk, call, symbol, values):
        return None
    if isinstance(walk, Probe) and all(map(is_plain, (owner, *given.values()))):
        key = symbol, bare(owner), frozenset((name, bare(one)) for name, one in given.items())
        activation = symbol.path, symbol.name
        return walk.enter(
            key, frame, activation, lambda: _enter(walk, frame, call, symbol, given, owner)
        )
    return _enter(walk, frame, call, symbol, given, owner)


def _enter(
    walk: Walk, frame: Frame, call: ast.AST, symbol: Symbol, given: dict[str | int, Value],
    owner: Value,
) -> Value:  # fmt: skip
    """Walk into a function, unless it is being walked already."""
    definition = walk.definition(symbol)
    if definition is None or any(one.node is definition.node for one in frame.chain()):
        if isinstance(walk, Probe):
            walk.turned_away.append((symbol.path, symbol.name))
        not_followed(walk, frame, call, symbol.name, given)
        return None
    node, module = definition.node, definition.module
    env = parameters(walk.world, module, node, "")
    env.update(_defaults(node.args))
    names = [one.arg for one in [*node.args.posonlyargs, *node.args.args]]
    if owner is not None and names and not _is_static(node):
        env[names.pop(0)] = owner
    told = _hand_over(env, names, given)
    inner = Frame(module, node, env, frame, call, symbol.name, given=told)
    run(walk, inner, node.body)
    return _returned(inner)


def _hand_over(
    env: dict[str, Value], names: list[str], given: dict[str | int, Value]
) -> frozenset[str]:
    """Put arguments into parameters; the names of those that get something."""
    told: set[str] = set()
    for key, value in given.items():
        name = names[key] if isinstance(key, int) and key < len(names) else key
        if isinstance(name, str) and name in env:
            env[name] = value if value is not None else _anything(env[name])
            if not isinstance(value, Nothing):
                told.add(name)
    return frozenset(told)


def _is_near_enough(walk: Walk, frame: Frame, symbol: Symbol, values: tuple[Value, ...]) -> bool:
    """Whether a function that is worth it is also when it is called from so deep."""
    if frame.depth >= DEEPEST:
        return False
    # A walk that weighs a finding wants to know what else a function does that may query.
    return walk.notes_all or _is_worth_it(walk.world, symbol, values, frame.depth + 1)


def _is_worth_it(world: World, symbol: Symbol, values: tuple[Value, ...], depth: int) -> bool:
    """Whether a function, so many calls deep, may query, or do something with what it is given."""
    return may_query(world.index, symbol, depth) or any(
        _is_called_for(world, one, depth) for one in values
    )


def _is_called_for(world: World, value: Value, depth: int) -> bool:
    """Whether a function may do something with rows or a session where it is given a value."""
    if isinstance(value, BoundMethod) and isinstance(value.owner, Instance):
        method = world.method(value.owner.key, value.name)
        return method is not None and may_query(world.index, method, depth)
    return is_of_interest(value)


def is_of_interest(value: Value) -> bool:
    """Whether a function that is given a value may do something with rows or a session."""
    if isinstance(value, Instance):
        return any(is_of_interest(one) for _, one in value.attributes)
    return not isinstance(value, Flag | Known | LocalFunction | Nothing | None)


def _gives_options(walk: Walk, frame: Frame, call: ast.AST, symbol: Symbol) -> bool:
    """Whether a function is asked for loader options, or says that it returns some."""
    function = walk.world.index.function(symbol)
    asked = call is walk.wanted or (function is not None and returns_options(function))
    return asked and walk.steps > 0 and frame.depth < DEEPEST


def _is_on_its_own(
    walk: Walk, call: ast.AST, symbol: Symbol, values: tuple[Value, ...]
) -> bool:  # fmt: skip
    """Whether a function gets no row of its caller's and gives none back.

    What it does with rows of its own is told of where it is looked at itself.
    """
    if any(map(_leads_to_rows, values)):
        return False
    function = walk.world.index.function(symbol)
    return call is walk.discarded or (function is not None and function.returns in _ROWLESS)


def _leads_to_rows(value: Value) -> bool:
    """Whether a function that is given a value may get at a row of its caller's."""
    if isinstance(value, Instance):
        return any(_leads_to_rows(one) for _, one in value.attributes)
    if isinstance(value, BoundMethod):
        return _leads_to_rows(value.owner)
    return value is not None and not isinstance(
        value, ClassAttribute | Flag | Known | MappedName | Nothing | Session | SessionFactory
    )


_ROWLESS = frozenset({"None", "bool", "bytes", "float", "int", "str"})
"""What is returned by functions that return no rows."""


def invoke_local(
    walk: Walk, frame: Frame, call: ast.Call, function: LocalFunction, given: list[Value]
) -> Value:
    """What a call of a nested function or lambda returns."""
    node = function.node
    home = function.frame
    assert isinstance(home, Frame)
    if frame.depth >= DEEPEST or any(one.node is node for one in frame.chain()):
        walk.cut_short += frame.depth >= DEEPEST
        not_followed(walk, frame, call, "a nested function", dict(enumerate(given)))
        return None
    env = dict(home.env)
    for argument, value in zip([*node.args.posonlyargs, *node.args.args], given, strict=False):
        env[argument.arg] = value
    inner = Frame(home.module, node, env, frame, call, getattr(node, "name", "lambda"))
    if isinstance(node, ast.Lambda):
        return walk.evaluate(walk, inner, node.body)
    run(walk, inner, node.body)
    return _returned(inner)


def _defaults(arguments: ast.arguments) -> dict[str, Value]:
    """Flags that parameters hold unless they are given."""
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(reversed(plain), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {
        argument.arg: Flag(default.value)
        for argument, default in pairs
        if isinstance(default, ast.Constant) and isinstance(default.value, bool)
    }


def _anything(value: Value) -> Value:
    """What a parameter holds that is given something unknown."""
    return None if isinstance(value, Flag) else value


def _returned(frame: Frame) -> Value:
    values = frame.returned
    if not values:
        return None
    found = values[0]
    for one in values[1:]:
        found = join(found, one)
    return None if isinstance(found, Nothing) else found


def _is_static(node: FunctionNode) -> bool:
    return any(getattr(one, "id", "") == "staticmethod" for one in node.decorator_list)


def not_followed(
    walk: Walk, frame: Frame, call: ast.AST, name: str | ast.expr, given: dict[str | int, Value]
) -> None:
    """Note what a call that is not followed gets to see."""
    if not walk.notes_all:
        return
    if isinstance(name, ast.expr):
        name = ast.unparse(name)
    values = list(given.values())
    if any(isinstance(one, Session) or _holds_session(one) for one in values):
        what = f"`{name}` gets the session, and what it does could not be followed"
        walk.record(Escaped, frame, call, what=what, gets="session")
    elif any(_holds_row(one) for one in values):
        what = f"`{name}` gets a row, and what it does could not be followed"
        walk.record(Escaped, frame, call, what=what, gets="row")
    else:
        what = f"`{name}` could not be followed, and may use the same session"
        walk.record(Escaped, frame, call, what=what, gets="")


def _holds_session(value: Value) -> bool:
    return isinstance(value, Instance) and any(
        isinstance(one, Session) for _, one in value.attributes
    )


def _holds_row(value: Value) -> bool:
    return isinstance(value, Entity) or (
        isinstance(value, Rows) and isinstance(value.element, Entity)
    )
