"""Imported names taken out: what may go, and what its statement looks like without it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lever_fix.model import Edit
from lever_fix.rewrite.import_layout import Change, changed
from lever_fix.rewrite.import_statements import (
    Guard,
    ImportStatement,
    guard_of,
    headers_around,
    import_around,
    indentation,
)
from lever_fix.rewrite.import_uses import is_used, unused_bindings, words
from lever_fix.rewrite.splices import splice
from lever_fix.semantics.lexical import Range
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile

Doomed = Mapping[int, frozenset[int]]
"""Indices of the names that go, by the offset of their statement."""

_UNUSED_ALLOWED = re.compile(
    rb"\#[ \t]*(?:flake8:[ \t]*|ruff:[ \t]*)?noqa(?:(?![ \t]*:)|[ \t]*:[^#]*\bF(?:4(?:01)?)?\b)"
    rb"|pylint:[^#]*unused-import|W0611",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(
    rb"\#[ \t]*(?:flake8|noqa|type|isort|pylint|pyright|pyre|pytype|mypy|fmt|ruff|nosec|pragma)\b",
    re.IGNORECASE,
)
_ONLY_COMMENTS = re.compile(rb"[ \t\f]*(?:\#[^\r\n]*)?\r?\n(?:[ \t\f]*(?:\#[^\r\n]*)?\r?\n)*")
_NEXT_CODE = re.compile(rb"(?:[ \t\f]*(?:\#[^\r\n]*)?\r?\n)*")
_BRANCH = re.compile(rb"[ \t\f]*(?:else|elif)\b")
_BLANK_LINES = re.compile(rb"(?:[ \t\f]*\r?\n)*")
_BLANK_LINE = re.compile(rb"[ \t\f]*\r?\n?")
_SEMICOLON = re.compile(rb"[ \t]*;[ \t]*")
_SEMICOLON_BEFORE = re.compile(rb"[ \t]*;[ \t]*\Z")
_TYPE_CHECKING = re.compile(rb"(?:(\w+)\.)?[\w.]*TYPE_CHECKING\b")


def freed_bindings(module: Module, before: Module, names: Iterable[str]) -> Doomed:
    """The imports of those names that the edits between two texts have left without a use.

    An import stays where it is public (`__init__.py`), asked to stay (`# noqa`), conditional, or
    was unused before the edits already: none of those is ours to remove.
    """
    doomed: dict[int, frozenset[int]] = {}
    if module.path.rpartition("/")[2] == "__init__.py":
        return doomed
    for name in sorted(set(names)):
        found = unused_bindings(module, name).values()
        if not found or not _was_used(module, before, name):
            continue
        if all(_removable(module, statement, index) for statement, index in found):
            for statement, index in found:
                held = doomed.get(statement.start, frozenset())
                doomed[statement.start] = held | {index}
    return doomed


def without_names(module: Module, doomed: Doomed, width: int) -> tuple[Module, set[str]]:
    """The text without those names, and the names that it stops using by that."""
    freed: set[str] = set()
    for start in sorted(doomed, reverse=True):
        statement = import_around(module, start)
        if statement is None:
            continue
        if len(doomed[start]) < len(statement.names):
            edit = changed(module, statement, Change(removed=doomed[start]), width)
        elif _has_to_stay(module, statement):
            continue
        else:
            edit, also_freed = _without_statement(module, statement)
            freed |= also_freed
        module = with_edits(module, [edit])
    return module, freed


def with_edits(module: Module, edits: list[Edit]) -> Module:
    """The module with edits made."""
    return Module(SourceFile(module.path, splice(module.text, edits), ""))


def _was_used(module: Module, before: Module, name: str) -> bool:
    # Fewer mentions than before: the edits removed one, no need to look what it was.
    fewer = len(words(module.view, name)) < len(words(before.view, name))
    return fewer or is_used(before, name)


def _removable(module: Module, statement: ImportStatement, index: int) -> bool:
    name, view = statement.names[index], module.view
    if statement.module == "__future__" or name.name == name.alias:
        return False
    if any(_UNUSED_ALLOWED.search(view, *comment) for comment in statement.comments):
        return False
    line_end = view.find(b"\n", name.end) + 1 or len(view)
    beside = [c for c in statement.inner_comments if name.end <= c[0] < line_end]
    if any(_DIRECTIVE.match(view, *comment) for comment in beside):
        return False
    return guard_of(module, statement) is not Guard.OTHER


def _has_to_stay(module: Module, statement: ImportStatement) -> bool:
    """True where a comment would be left over in a place where it means something else."""
    if statement.shared and statement.inner_comments:
        return True
    return any(_DIRECTIVE.match(module.view, *comment) for comment in statement.comments)


def _without_statement(module: Module, statement: ImportStatement) -> tuple[Edit, set[str]]:
    """The edit that takes a whole statement out, and what is no longer used by that."""
    if statement.shared:
        return _without_part_of_line(module, statement), set()
    header = next(headers_around(module, statement.line), None)
    is_first = header is not None and bool(
        _ONLY_COMMENTS.fullmatch(module.view, header[1], statement.line)
    )
    comments = [module.view[slice(*comment)].decode("utf-8") for comment in statement.comments]
    if header is not None and is_first and _is_last(module, statement):
        return _without_suite(module, statement, header, comments)
    if not comments:
        return _without_lines(module, statement.line, statement.next_line, is_first), set()
    return _to_comments(module, statement, comments, ""), set()


def _without_suite(
    module: Module, statement: ImportStatement, header: Range, comments: list[str]
) -> tuple[Edit, set[str]]:
    """Take out the only statement of a suite: with its `if TYPE_CHECKING:`, or for a `pass`."""
    view = module.view
    line = view.rfind(b"\n", 0, header[0]) + 1
    following = _end(_NEXT_CODE, view, statement.next_line)
    plain = not comments and view.count(b"#", line, statement.next_line) == 0
    guard = _TYPE_CHECKING.search(view, *header)
    if (
        guard is not None
        and plain
        and guard_of(module, statement) is Guard.TYPE_CHECKING
        and not _BRANCH.match(view, following)
    ):
        freed = (guard[1] or b"TYPE_CHECKING").decode("utf-8")
        return _without_lines(module, line, statement.next_line, False), {freed}
    return _to_comments(module, statement, comments, "pass"), set()


def _to_comments(
    module: Module, statement: ImportStatement, comments: list[str], code: str
) -> Edit:
    """Leave the statement's comments, each on a line of its own, and the code below them."""
    indent = module.view[statement.line : statement.start].decode("utf-8")
    newline = module.source.newline
    lines = [f"{indent}{line}" for line in (*comments, code) if line]
    end = statement.next_line
    closing = newline if module.view[:end].endswith(b"\n") else ""
    return module.edit(statement.line, end, newline.join(lines) + closing)


def _without_part_of_line(module: Module, statement: ImportStatement) -> Edit:
    view, start, end = module.view, statement.start, statement.end
    behind = _SEMICOLON.match(view, end)
    if behind and view[behind.end() : behind.end() + 1] not in (b"", b"\r", b"\n", b"#"):
        return module.edit(start, behind.end(), "")
    before = _SEMICOLON_BEFORE.search(view, statement.line, start)
    if before is None:
        return module.edit(start, end, "pass")
    return module.edit(before.start(), behind.end() if behind else end, "")


def _is_last(module: Module, statement: ImportStatement) -> bool:
    """True where no statement of the same suite follows."""
    view = module.view
    following = _end(_NEXT_CODE, view, statement.next_line)
    if not view[following:].strip():
        return True
    return indentation(view, following) < indentation(view, statement.line)


def _without_lines(module: Module, start: int, end: int, first: bool) -> Edit:
    """Take whole lines out; of the blank lines around them the larger gap stays."""
    view = module.view
    blank_end = _end(_BLANK_LINES, view, end)
    above = start
    while above:
        line = view.rfind(b"\n", 0, above - 1) + 1
        if view[line:above].strip():
            break
        above = line
    if not above or first:
        return module.edit(above if not above else start, blank_end, "")
    if not view[blank_end:].strip():
        return module.edit(above, len(view), "")
    if view.count(b"\n", end, blank_end) <= view.count(b"\n", above, start):
        return module.edit(start, blank_end, "")
    return module.edit(above, end, "")


def _end(pattern: re.Pattern[bytes], view: bytes, position: int) -> int:
    match = pattern.match(view, position)
    return match.end() if match else position
