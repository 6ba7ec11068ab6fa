"""How a call of a project's function hands things over: receiver and arguments to parameters."""

from __future__ import annotations

import ast
from collections.abc import Callable

from lever_fix.domains.effects.model import Edge, Frame, Held, merged
from lever_fix.index.index import Symbol
from lever_fix.semantics.scopes import FunctionNode, scopes


def arguments_of(node: ast.Call) -> list[ast.expr]:
    """Every argument of a call."""
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def edge_to(
    frame: Frame,
    callee: Symbol,
    node: ast.Call,
    receiver: Held | None,
    value: Callable[[ast.expr], Held],
) -> Edge:
    """The call of a function, with what each of its parameters gets.

    Args:
        frame: The calling function.
        callee: The called one.
        node: The call.
        receiver: What a method is called on.
        value: What an argument holds.
    """
    function = frame.index.node(callee)
    given: dict[str, Held] = {}
    if isinstance(function, FunctionNode):
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        if _takes_self(frame, callee, function, receiver):
            names = names[1:]
        given = _matched(node, function.args, names, value)
    return Edge(callee, receiver, given, frame.where(node))


def _takes_self(
    frame: Frame, callee: Symbol, function: FunctionNode, receiver: Held | None
) -> bool:
    """Whether the first parameter is filled by the receiver."""
    facts = frame.index.function(callee)
    if facts is None or not facts.in_class or "builtins.staticmethod" in facts.decorators:
        return False
    if "builtins.classmethod" in facts.decorators:
        return True
    # `User.save(user)` hands its `self` over by hand.
    return receiver is not None and not receiver.is_class


def _matched(
    node: ast.Call,
    parameters: ast.arguments,
    names: list[str],
    value: Callable[[ast.expr], Held],
) -> dict[str, Held]:
    given: dict[str, Held] = {}
    rest: list[Held] = []
    for at, argument in enumerate(node.args):
        held = value(argument)
        if isinstance(argument, ast.Starred):
            given |= dict.fromkeys(names[at:], held)
            rest.append(held)
            break
        if at < len(names):
            given[names[at]] = held
        else:
            rest.append(held)
    if parameters.vararg and rest:
        given[parameters.vararg.arg] = merged(rest)
    every = {*names, *(one.arg for one in parameters.kwonlyargs)}
    more: list[Held] = []
    for keyword in node.keywords:
        held = value(keyword.value)
        if keyword.arg is None:
            given |= {name: held for name in every if name not in given}
            more.append(held)
        elif keyword.arg in every:
            given[keyword.arg] = held
        else:
            more.append(held)
    if parameters.kwarg and more:
        given[parameters.kwarg.arg] = merged(more)
    return given


def first_parameter(frame: Frame, node: ast.arg) -> tuple[str, Symbol | None]:
    """`self` or `cls` and the class, where a parameter is the first of a method."""
    known = scopes(frame.module)
    arguments = known.parent(node)
    function = known.parent(arguments) if arguments else None
    if not isinstance(function, FunctionNode) or not isinstance(arguments, ast.arguments):
        return "", None
    first = [*arguments.posonlyargs, *arguments.args][:1]
    scope = known.scope_of(function)
    if first != [node] or scope.kind != "class":
        return "", None
    names = {getattr(one, "id", "") for one in function.decorator_list}
    if "staticmethod" in names:
        return "", None
    owner = Symbol(frame.symbol.path, scope.qualified_name)
    return ("cls" if "classmethod" in names else "self"), owner


def dotted_name(frame: Frame, symbol: Symbol) -> str:
    """The dotted name by which the project imports a symbol."""
    return f"{frame.index.layout.name_of(symbol.path)}.{symbol.name}"


def shown(node: ast.AST) -> str:
    """A node as one short line."""
    text = ast.unparse(node).partition("\n")[0]
    return text if len(text) <= 60 else f"{text[:57]}..."
