"""What a text defines for others, and where: what a change to it may break elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.model import Value

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Defined(Value, frozen=True):
    """A name that other code may rely on.

    Two of them are equal where other code cannot tell them apart: a function with other
    parameters is another one.
    """

    scope: str
    name: str
    parameters: str = ""


def definitions(tree: ast.Module) -> dict[Defined, set[int]]:
    """Everything a module defines at module or class level, with the lines it is defined on.

    Imports are left out: whether those are used, or re-exported, is seen where they are.
    """
    found: dict[Defined, set[int]] = {}
    for defined, node in _in_body(tree.body, ""):
        last = _header_end(node)
        found.setdefault(defined, set()).update(range(node.lineno, last + 1))
    return found


def changed_definitions(old: ast.Module, new: ast.Module) -> tuple[_Lines, _Lines]:
    """The definitions that only the old module has, and those that only the new one has.

    What belongs to a class of another name is no change of its own.
    """
    before, after = definitions(old), definitions(new)
    return (
        {one: lines for one, lines in before.items() if one not in after},
        {one: lines for one, lines in after.items() if one not in before},
    )


_Lines = dict[Defined, set[int]]


def _header_end(node: ast.stmt) -> int:
    if isinstance(node, _Function | ast.ClassDef):
        return max(node.lineno, node.body[0].lineno - 1)
    return node.end_lineno or node.lineno


def _in_body(body: list[ast.stmt], scope: str) -> Iterator[tuple[Defined, ast.stmt]]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _function(node, scope)
            case ast.ClassDef():
                yield Defined(scope, node.name), node
                yield from _in_body(node.body, f"{scope}.{node.name}".lstrip("."))
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                for name in _names(node):
                    yield Defined(scope, name), node
            case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
                for _, block in ast.iter_fields(node):
                    if isinstance(block, list):
                        yield from _in_body([s for s in block if isinstance(s, ast.stmt)], scope)


def _function(node: _Function, scope: str) -> Iterator[tuple[Defined, ast.stmt]]:
    yield Defined(scope, node.name, _parameters(node.args)), node
    if scope and node.name == "__init__":
        # Whoever makes an instance passes its parameters, and names the class.
        yield Defined(*_split(scope), _parameters(node.args)), node
    if scope:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assign | ast.AnnAssign):
                for name in _attributes(inner):
                    yield Defined(scope, name), inner


def _split(qualified: str) -> tuple[str, str]:
    scope, _, name = qualified.rpartition(".")
    return scope, name


def _parameters(arguments: ast.arguments) -> str:
    """The parameters as a caller has to know them: names, kinds, which may be left out."""
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    named = [f"{one.arg}{'' if at < required else '='}" for at, one in enumerate(positional)]
    named.insert(len(arguments.posonlyargs), "/")
    named.append(f"*{arguments.vararg.arg if arguments.vararg else ''}")
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        named.append(f"{one.arg}{'=' if default else ''}")
    named.append(f"**{arguments.kwarg.arg if arguments.kwarg else ''}")
    return ",".join(named)


def _names(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id


def _attributes(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        for inner in ast.walk(target):
            if (
                isinstance(inner, ast.Attribute)
                and isinstance(inner.ctx, ast.Store)
                and isinstance(inner.value, ast.Name)
                and inner.value.id in ("self", "cls")
            ):
                yield inner.attr
