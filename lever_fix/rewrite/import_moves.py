"""Imported names that come from another module than before: `Callable` from `collections.abc`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lever_fix.model import Edit, Import, Move
from lever_fix.rewrite.import_addition import imported_text, joined, provides
from lever_fix.rewrite.import_blocks import clusters
from lever_fix.rewrite.import_order import Style
from lever_fix.rewrite.import_removal import with_edits, without_names
from lever_fix.rewrite.import_statements import (
    ImportStatement,
    headers_around,
    import_around,
    indentation,
    read_imports,
)
from lever_fix.rewrite.splices import moved
from lever_fix.semantics.module import Module

_COMMENT_ABOVE = re.compile(rb"(?:\A|\n)[ \t\f]*\#[^\r\n]*\r?\n\Z")


@dataclass(frozen=True)
class _Group:
    """Names that move from one statement to one module; `start` is the statement's offset."""

    start: int
    sources: tuple[Import, ...]
    targets: tuple[Import, ...]


def with_moves(module: Module, moves: Sequence[Move], style: Style) -> Module:
    """Import each moved name from its new module, in the suite that imports it now."""
    pending = _groups(module, moves)
    leaving: list[_Group] = []
    while pending:
        group = pending.pop(0)
        statement = import_around(module, group.start)
        if statement is None:
            continue
        edit = _renamed(module, statement, group)
        if edit is None:
            leaving.append(group)
            edit = _brought(module, statement, group, style)
        if edit is not None:
            module = with_edits(module, [edit])
            pending = [replace(g, start=moved(g.start, [edit])) for g in pending]
            leaving = [replace(g, start=moved(g.start, [edit])) for g in leaving]
    doomed: dict[int, frozenset[int]] = {}
    for group in leaving:
        statement = import_around(module, group.start)
        if statement is not None:
            held = doomed.get(group.start, frozenset())
            doomed[group.start] = held | frozenset(_indices(statement, group.sources))
    return without_names(module, doomed, style.width)[0]


def _groups(module: Module, moves: Sequence[Move]) -> list[_Group]:
    groups: dict[tuple[int, str], _Group] = {}
    for move in moves:
        statement = import_around(module, move.offset)
        if statement is None or not _indices(statement, [move.source]):
            continue
        key = (statement.start, move.target.module)
        group = groups.get(key, _Group(statement.start, (), ()))
        groups[key] = replace(
            group,
            sources=(*group.sources, move.source),
            targets=(*group.targets, move.target),
        )
    return list(groups.values())


def _indices(statement: ImportStatement, sources: Sequence[Import]) -> list[int]:
    """Indices of the names in the statement."""
    return [
        index
        for index, item in enumerate(statement.names)
        for source in sources
        if (item.name, item.bound) == (source.name or source.module, source.bound)
        and statement.module == (source.module if source.name else "")
    ]


def _renamed(module: Module, statement: ImportStatement, group: _Group) -> Edit | None:
    """Another module in the same statement: where all its names move and a comment is about it."""
    names = [imported_text(target) for target in group.targets]
    whole = sorted(names) == sorted(item.text for item in statement.names)
    above = _COMMENT_ABOVE.search(module.view[: statement.line]) is not None
    if not (whole and statement.module and (statement.comments or above or statement.shared)):
        return None
    end = statement.opening if statement.opening >= 0 else statement.names[0].start
    return module.edit(statement.start, end, f"from {group.targets[0].module} import ")


def _brought(
    module: Module, statement: ImportStatement, group: _Group, style: Style
) -> Edit | None:
    """Import the names from their new module, unless the suite does so already."""
    everything = read_imports(module)
    suite = _suite(module, statement, everything)
    missing = [t for t in group.targets if not any(provides(other, t) for other in suite)]
    if not missing:
        return None
    texts = [imported_text(target) for target in missing]
    return joined(module, suite, everything, missing[0], texts, style, statement.start)


def _suite(
    module: Module, statement: ImportStatement, everything: Sequence[ImportStatement]
) -> list[ImportStatement]:
    """The statements of the same suite that run before any code that could use the names."""
    header = next(headers_around(module, statement.line), None)
    column = indentation(module.view, statement.line)
    same = [
        other
        for other in everything
        if indentation(module.view, other.line) == column
        and (not column or next(headers_around(module, other.line), None) == header)
    ]
    for cluster in clusters(module, same):
        if any(other.start == statement.start for other in cluster.statements):
            last = cluster.statements[-1].start
            return [other for other in same if other.start <= last]
    return [statement]
