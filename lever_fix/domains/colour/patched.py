"""The functions that a test replaces: by `mock.patch` in its forms, or by `monkeypatch.setattr`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.colour.receivers import class_of
from lever_fix.index.index import Index, Symbol
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import dotted, qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes


@dataclass(frozen=True, eq=False)
class Patched:
    """A place that replaces something.

    Attributes:
        call: The call that does.
        name: The last name of what is replaced.
        symbol: What is replaced, where that is known.
        in_class: True where it is replaced in its class.
        value: What takes its place; None for a mock that `patch` makes.
        bound: The name that holds the mock; empty where none does.
        inside: The statement or function in which it does.
    """

    call: ast.Call
    name: str
    symbol: Symbol | None
    in_class: bool
    value: ast.expr | None
    bound: str = ""
    inside: ast.AST | None = None


def patches_in(index: Index, module: Module) -> tuple[Patched, ...]:
    """Every place of a test file that replaces something."""
    found: tuple[Patched, ...] = index.recall(
        module.memo, "patches", lambda: tuple(_patches(index, module))
    )
    return found


def _patches(index: Index, module: Module) -> Iterator[Patched]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        text = dotted(node.func) or ""
        last = text.rpartition(".")[2]
        first = node.args[0]
        by_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
        if last == "patch" and by_text:
            yield _of_text(index, module, node, ["new"])
        elif last == "setattr" and by_text:
            yield _of_text(index, module, node, ["name", "value"])
        elif (text.endswith("patch.object") or last == "setattr") and len(node.args) > 1:
            name = node.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield _of_object(index, module, node, name.value)


def _of_text(index: Index, module: Module, call: ast.Call, keywords: list[str]) -> Patched:
    first = call.args[0]
    assert isinstance(first, ast.Constant)
    home, _, name = str(first.value).rpartition(".")
    owner = index.resolve(home, module.path)
    symbol = _member(index, owner, name)
    return _patched(module, call, name, symbol, owner, index, _value(call, 1, keywords))


def _of_object(index: Index, module: Module, call: ast.Call, name: str) -> Patched:
    target = call.args[0]
    text = qualified_name(module, target)
    owner = index.resolve(text, module.path) if text else None
    if not isinstance(owner, Symbol):
        owner = class_of(index, module, target) if owner is None else owner
    symbol = _member(index, owner, name)
    return _patched(module, call, name, symbol, owner, index, _value(call, 2, ["new", "value"]))


def _member(index: Index, owner: Symbol | str | None, name: str) -> Symbol | None:
    """What an attribute of a module or a class is; a symbol of nothing where it is not ours."""
    if isinstance(owner, str):
        return Symbol("", f"{owner}.{name}")
    if owner is None:
        return None
    if not owner.name:
        found = index.resolve(f"{index.layout.name_of(owner.path)}.{name}", owner.path)
        return found if isinstance(found, Symbol) else Symbol("", name)
    return index.member(owner, name)


def _value(call: ast.Call, position: int, keywords: list[str]) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((one.value for one in call.keywords if one.arg in keywords), None)


def _patched(
    module: Module,
    call: ast.Call,
    name: str,
    symbol: Symbol | None,
    owner: Symbol | str | None,
    index: Index,
    value: ast.expr | None,
) -> Patched:
    in_class = isinstance(owner, Symbol) and index.klass(owner) is not None
    bound, inside = _bound(module, call) if value is None else ("", None)
    return Patched(call, name, symbol, in_class, value, bound, inside)


def _bound(module: Module, call: ast.Call) -> tuple[str, ast.AST | None]:
    """The name that gets a mock: of a `with`, an assignment, or a decorated function."""
    above = scopes(module).parent(call)
    if isinstance(above, ast.withitem) and isinstance(above.optional_vars, ast.Name):
        return above.optional_vars.id, scopes(module).function_of(call) or module.tree
    if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name | ast.Attribute):
        inside = scopes(module).function_of(call) or module.tree
        return dotted(above.targets[0]) or "", inside
    if isinstance(above, FunctionNode) and call in above.decorator_list:
        given = [one for one in reversed(above.decorator_list) if _gives_mock(one)]
        names = [one.arg for one in (*above.args.posonlyargs, *above.args.args)]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        at = given.index(call)
        return (names[at], above) if at < len(names) else ("", None)
    return "", None


def _gives_mock(node: ast.expr) -> bool:
    """True for a decorator that hands the mock it makes to the function."""
    if not isinstance(node, ast.Call):
        return False
    text = dotted(node.func) or ""
    if any(one.arg == "new" for one in node.keywords):
        return False
    return (text.endswith("patch") and len(node.args) == 1) or (
        text.endswith("patch.object") and len(node.args) == 2
    )
