"""Imports worked out once per file, for exactly the findings that were accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lever_fix.model import Edit, Import, Move
from lever_fix.rewrite.import_addition import (
    answers,
    empty_type_checking_suite,
    imported_text,
    joined,
    with_guard,
)
from lever_fix.rewrite.import_moves import with_moves
from lever_fix.rewrite.import_order import Style, package_of
from lever_fix.rewrite.import_removal import freed_bindings, with_edits, without_names
from lever_fix.rewrite.import_statements import (
    Guard,
    ImportStatement,
    read_imports,
)
from lever_fix.rewrite.import_uses import first_use
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile


def edit_imports(
    text: bytes,
    path: str,
    *,
    before: bytes,
    add: Iterable[Import] = (),
    freed: Iterable[str] = (),
    moved: Iterable[Move] = (),
    line_length: int = 88,
    first_party: Iterable[str] = (),
) -> bytes:
    """The text with its imports made right after the edits of some findings.

    Args:
        text: The text with the edits made, as UTF-8.
        path: Its path, relative to the root of the run.
        before: The text without the edits: a name that was unused there is left alone.
        add: What has to be imported; what is there already is not added again.
        freed: Names the edits may have left unused; removed only where nothing uses them.
        moved: Imports whose module changes; the offsets are into `text`.
        line_length: Columns an import should keep to where it has a choice.
        first_party: Top-level packages of the project; guessed from the path where none is given.
    """
    module = Module(SourceFile(path, text, ""))
    needs = list(dict.fromkeys(add))
    moves = list(dict.fromkeys(moved))
    if needs or moves:
        own = frozenset(first_party) or {package_of(path, read_imports(module))}
        style = Style(line_length, frozenset(own))
        module = with_moves(module, moves, style) if moves else module
        module = _with_needs(module, needs, style)
    kept = {need.bound for need in needs} | {move.target.bound for move in moves}
    names = set(freed) - kept
    original = Module(SourceFile(path, before, ""))
    while names:
        module, names = without_names(module, freed_bindings(module, original, names), line_length)
    return module.text


def _with_needs(module: Module, needs: Sequence[Import], style: Style) -> Module:
    for group in _grouped(needs):
        statements = read_imports(module)
        runtime = with_guard(module, statements, Guard.MODULE)
        typing = with_guard(module, statements, Guard.TYPE_CHECKING)
        enough = runtime + typing if group[0].type_checking else runtime
        missing = [
            need for need in group if not any(answers(statement, need) for statement in enough)
        ]
        if not missing:
            continue
        if missing[0].type_checking:
            module = with_edits(module, [_for_checker(module, missing, typing, statements, style)])
        else:
            module = with_edits(module, [_for_runtime(module, missing, runtime, statements, style)])
            module = _without_doubles(module, missing, style)
    return module


def _grouped(needs: Sequence[Import]) -> list[list[Import]]:
    """Needs that one statement can answer, together; those at run time first."""
    groups: dict[tuple[bool, str, str], list[Import]] = {}
    at_runtime = {_key(need) for need in needs if not need.type_checking}
    for need in sorted(needs, key=lambda need: need.type_checking):
        if not (need.type_checking and _key(need) in at_runtime):
            own = "" if need.name else imported_text(need)
            groups.setdefault((need.type_checking, need.module, own), []).append(need)
    return list(groups.values())


def _key(need: Import) -> tuple[str, str, str]:
    return need.module, need.name, need.bound


def _for_runtime(
    module: Module,
    needs: Sequence[Import],
    runtime: Sequence[ImportStatement],
    statements: Sequence[ImportStatement],
    style: Style,
) -> Edit:
    """Import what runs: above the first line that uses it."""
    limit = min(first_use(module, need.bound) for need in needs)
    suite = [statement for statement in runtime if statement.next_line <= limit]
    texts = [imported_text(need) for need in needs]
    return joined(module, suite, statements, needs[0], texts, style)


def _for_checker(
    module: Module,
    needs: Sequence[Import],
    typing: Sequence[ImportStatement],
    statements: Sequence[ImportStatement],
    style: Style,
) -> Edit:
    """Import what only annotations use: in the `if TYPE_CHECKING:` there is, if there is one."""
    texts = [imported_text(need) for need in needs]
    if typing:
        return joined(module, typing, statements, needs[0], texts, style)
    origin = f"from {needs[0].module} " if needs[0].name else ""
    edit = empty_type_checking_suite(module, f"{origin}import {', '.join(texts)}")
    if edit is not None:
        return edit
    return _for_runtime(
        module, needs, with_guard(module, statements, Guard.MODULE), statements, style
    )


def _without_doubles(module: Module, needs: Sequence[Import], style: Style) -> Module:
    """Take out of `if TYPE_CHECKING:` what is now imported for good."""
    doomed: dict[int, frozenset[int]] = {}
    for statement in with_guard(module, read_imports(module), Guard.TYPE_CHECKING):
        own = [
            index
            for index, item in enumerate(statement.names)
            for need in needs
            if need.name
            and (statement.module, item.name, item.bound) == _key(need)
            and item.name != item.alias
        ]
        if own and not statement.comments:
            doomed[statement.start] = frozenset(own)
    return without_names(module, doomed, style.width)[0] if doomed else module
