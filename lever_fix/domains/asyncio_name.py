"""How `asyncio` is written at a place of a module, and what has to be imported for it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from lever_fix.codemod import Import, Module
from lever_fix.semantics.scopes import Binding, scopes


@dataclass(frozen=True)
class AsyncioName:
    """The name that `asyncio` has at a place.

    Attributes:
        text: The name itself, such as `asyncio` or `aio`.
        imports: What binds it there, where the module has to import it.
    """

    text: str
    imports: tuple[Import, ...] = ()


def asyncio_name(module: Module, at: ast.AST) -> AsyncioName | None:
    """The name to write, or None where `asyncio` is something else and has no alias."""
    known = scopes(module)
    here = known.scope_of(at)
    owner = known.lookup("asyncio", here)
    if owner is None:
        return _alias(module, at) or AsyncioName("asyncio", (Import("asyncio"),))
    bindings = known.bindings_in(owner, "asyncio")
    if all(map(_is_asyncio, bindings)):
        if owner is known.top:
            return AsyncioName("asyncio", (Import("asyncio"),))
        return AsyncioName("asyncio") if _is_above(bindings, at) else None
    return _alias(module, at)


def _alias(module: Module, at: ast.AST) -> AsyncioName | None:
    """A name other than its own under which the module imports it at its top."""
    known = scopes(module)
    for name in known.top.names:
        bindings = known.bindings_in(known.top, name)
        if all(map(_is_asyncio, bindings)) and _is_seen(module, name, at):
            return AsyncioName(name, (Import("asyncio", alias=name),))
    return None


def _is_seen(module: Module, name: str, at: ast.AST) -> bool:
    known = scopes(module)
    return known.lookup(name, known.scope_of(at)) is known.top


def _is_asyncio(binding: Binding) -> bool:
    """True where an import binds the name to the package itself."""
    match binding.node, binding.statement:
        case ast.alias(name="asyncio"), ast.Import():
            return True
        case ast.alias(name=name, asname=None), ast.Import():
            return name.startswith("asyncio.")
    return False


def _is_above(bindings: tuple[Binding, ...], at: ast.AST) -> bool:
    line: int = getattr(at, "lineno", 0)
    return any(binding.statement.lineno < line for binding in bindings)
