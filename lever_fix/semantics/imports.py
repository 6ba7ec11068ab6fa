"""The import statements of a module that bind names from given modules."""

from __future__ import annotations

import re
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
    code = module.lexed.code
    for source in sources:
        word = source.encode()
        at = code.find(word)
        while at >= 0:
            if (start := _import_statement(module, at)) is not None:
                starts.add(start)
            at = code.find(word, at + len(word))
    return [name for start in sorted(starts) for name in _names(module, start, sources)]


def future_annotations(module: Module) -> bool:
    """True where the module says `from __future__ import annotations`."""
    if b"__future__" not in module.view:
        return False
    return any(found.name == "annotations" for found in imports_from(module, "__future__"))


def _import_statement(module: Module, offset: int) -> int | None:
    """Start of the import statement that holds `offset`, if one does."""
    code = module.lexed.code
    line = code.rfind(b"\n", 0, offset) + 1
    if not code[line:offset].lstrip().startswith((b"from", b"import")):
        return None
    return module.lexed.statement_at(offset)[0]


def _names(module: Module, start: int, sources: tuple[str, ...]) -> Iterator[ImportedName]:
    """The names an import statement binds from the sources, by its tokens: no tree is made."""
    view = module.view
    end = module.lexed.statement_at(start)[1]
    head = _HEAD.match(view, start, end)
    if head is None:
        return
    source = head.group(1).decode() if head.group(1) else ""
    if head.group(1) is not None and source not in sources:
        return
    block = module.lexed.block_at(start)
    indented = start != view.rfind(b"\n", 0, start) + 1
    for match in _ALIAS.finditer(view, head.end(), end):
        if match.group(1) is None:
            continue
        name, alias = match.group(1).decode(), (match.group(2) or b"").decode()
        span = Span(match.start(), match.end())
        if source:
            yield ImportedName(source, name, alias or name, span, block, indented)
        elif name in sources:
            bound = alias or name.partition(".")[0]
            yield ImportedName(name, "", bound, span, block, indented)


_HEAD = re.compile(rb"(?:from[ \t]+([\w.]+)[ \t]+)?import\b")
_ALIAS = re.compile(rb"#[^\n]*|;.*|([\w.]+|\*)(?:[ \t]+as[ \t]+(\w+))?", re.DOTALL)
