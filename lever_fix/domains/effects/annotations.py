"""The classes that an annotation names."""

from __future__ import annotations

import ast

from lever_fix.domains.effects.model import ClassName
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.effects import canonical
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

_WRAPPERS = frozenset(
    """
    Annotated AsyncGenerator AsyncIterator AsyncIterable AsyncContextManager Awaitable ClassVar
    AbstractAsyncContextManager Final Generator Iterator Mapped Optional Union
    """.split()
)
"""What says of a class how it is given, not that it is another one."""

_ANYTHING = frozenset({"typing.Any", "typing.Self", "builtins.object", "typing_extensions.Self"})
_DEEPEST = 6


def annotated(
    index: Index, module: Module, node: ast.expr | None, depth: int = _DEEPEST
) -> frozenset[ClassName]:
    """The classes an annotation allows; empty where one of them is not known.

    `None` does not count, and `Annotated[X, Depends(...)]` or an alias of it is X.
    """
    if node is None or depth == 0:
        return frozenset()
    match node:
        case ast.Constant(value=None):
            return frozenset()
        case ast.Constant(value=str(text)):
            return _quoted(index, module, text, depth)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return annotated(index, module, left, depth) | annotated(index, module, right, depth)
        case ast.Subscript(value=value, slice=slice):
            return _subscript(index, module, value, slice, depth)
        case ast.Name() | ast.Attribute():
            name = qualified_name(module, node)
            return _named(index, module, name, depth) if name else frozenset()
    return frozenset()


def _subscript(
    index: Index, module: Module, value: ast.expr, inner: ast.expr, depth: int
) -> frozenset[ClassName]:
    last = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    if last not in _WRAPPERS:
        return annotated(index, module, value, depth)  # `Repository[User]` is a Repository
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if last != "Union":
        parts = parts[:1]
    found: frozenset[ClassName] = frozenset()
    for part in parts:
        found |= annotated(index, module, part, depth - 1)
    return found


def _quoted(index: Index, module: Module, text: str, depth: int) -> frozenset[ClassName]:
    """A forward reference; its names are those of the module's top."""
    try:
        inner = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return frozenset()
    return annotated(index, module, inner, depth - 1)


def _named(index: Index, module: Module, name: str, depth: int) -> frozenset[ClassName]:
    found = index.resolve(name, module.path)
    if isinstance(found, str):
        told = "." in found and found not in _ANYTHING
        return frozenset({canonical(found)}) if told else frozenset()
    if found is None:
        return frozenset()
    if index.klass(found):
        return frozenset({found})
    return _alias(index, found, depth)


def _alias(index: Index, symbol: Symbol, depth: int) -> frozenset[ClassName]:
    """A name of the project for an annotation: `Db = Annotated[AsyncSession, Depends(get_db)]`."""
    value = assigned(index, symbol)
    module = index.module(symbol.path)
    if value is None or module is None:
        return frozenset()
    return annotated(index, module, value, depth - 1)


def assigned(index: Index, symbol: Symbol) -> ast.expr | None:
    """What is assigned to a variable of a module, where that is done once."""
    module = index.module(symbol.path)
    if module is None or "." in symbol.name:
        return None
    known = scopes(module)
    nodes = known.top.names.get(symbol.name, [])
    values = [
        statement.value
        for node in nodes
        if isinstance(statement := known.statement(node), ast.Assign | ast.AnnAssign)
        and known.parent(node) is statement
        and statement.value is not None
    ]
    return values[0] if len(values) == 1 and len(nodes) == 1 else None
