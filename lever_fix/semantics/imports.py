"""The import statements of a module that bind names from given modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.model import Span
from lever_fix.semantics.lexical import Block
from lever_fix.semantics.module import Module


@dataclass(frozen=True)
class ImportedName:
    """One name that an import statement binds.

    Attributes:
        module: The module named by the statement.
        name: The imported name, `*` for all of them, empty for `import module`.
        bound: The name it binds in the file.
        span: Where the name (with its alias) stands.
        block: The function or class the statement stands in; None at module level.
        indented: True where the statement stands in a block of any kind (`if`, `try`, `def`).
    """

    module: str
    name: str
    bound: str
    span: Span
    block: Block | None
    indented: bool


def imports_from(module: Module, *sources: str) -> list[ImportedName]:
    """Every name bound by importing from, or importing, one of the named modules."""
    starts: set[int] = set()
    for source in sources:
        word = source.encode()
        at = module.view.find(word)
        while at >= 0:
            if (start := _import_statement(module, at)) is not None:
                starts.add(start)
            at = module.view.find(word, at + len(word))
    return [name for start in sorted(starts) for name in _names(module, start, sources)]


def future_annotations(module: Module) -> bool:
    """True where the module says `from __future__ import annotations`."""
    if b"__future__" not in module.view:
        return False
    return any(found.name == "annotations" for found in imports_from(module, "__future__"))


def _import_statement(module: Module, offset: int) -> int | None:
    """Start of the import statement that holds `offset`, if one does."""
    view = module.view
    line = view.rfind(b"\n", 0, offset) + 1
    if not view[line:offset].lstrip().startswith((b"from", b"import")):
        return None
    if not module.lexed.in_code(offset):
        return None
    return module.lexed.statement_at(offset)[0]


def _names(module: Module, start: int, sources: tuple[str, ...]) -> Iterator[ImportedName]:
    statement = module.statement_at(start)
    block = module.lexed.block_at(start)
    indented = start != module.view.rfind(b"\n", 0, start) + 1
    for node in statement.nodes:
        if isinstance(node, ast.ImportFrom) and node.module in sources and not node.level:
            for alias in node.names:
                bound = alias.asname or alias.name
                span = statement.span(alias)
                yield ImportedName(node.module or "", alias.name, bound, span, block, indented)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in sources:
                    bound = alias.asname or alias.name.partition(".")[0]
                    span = statement.span(alias)
                    yield ImportedName(alias.name, "", bound, span, block, indented)
