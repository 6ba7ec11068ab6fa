"""Where a new import statement goes: the blocks of imports a file has, and what is around them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lever_fix.model import Edit
from lever_fix.rewrite.import_order import (
    NewStatement,
    Section,
    Style,
    in_order,
    section_of,
    statement_place,
)
from lever_fix.rewrite.import_statements import ImportStatement
from lever_fix.semantics.module import Module

_ONLY_COMMENTS = re.compile(rb"(?:[ \t\f]*(?:\#[^\r\n]*)?\r?\n)*")
_BLANK_LINES = re.compile(rb"(?:[ \t\f]*\r?\n)*")
_COMMENT_LINES = re.compile(rb"(?:[ \t\f]*\#[^\r\n]*(?:\r?\n|\Z))+")
_FIXED_LINE = re.compile(rb"\#!|[ \t\f]*\#.*?coding[:=]")
_DEFINITION = re.compile(rb"(?:async[ \t]+def|def|class)\b|@")
_LITERAL = re.compile(rb"[rRuU]?(?=[\"'])")
_INDENT = re.compile(rb"[ \t\f]*")
_HEADING = re.compile(
    rb"\W*(?:(?:the|python)\s)*"
    rb"(?:standard|stdlib|built-?ins?|third|local|first|internal|external|project)\b"
    rb"[\s/-]*(?:(?:party|lib\w*|imports?|packages?|modules?|application|project|specific)[\s/-]*)*"
    rb"\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cluster:
    """Import statements of one suite with no other code between them.

    Attributes:
        runs: The statements, cut where there is a blank line.
    """

    runs: tuple[tuple[ImportStatement, ...], ...]

    @property
    def statements(self) -> tuple[ImportStatement, ...]:
        """All of them."""
        return tuple(itertools.chain.from_iterable(self.runs))


def clusters(module: Module, statements: Sequence[ImportStatement]) -> list[Cluster]:
    """Group the statements of one suite by the code between them."""
    found: list[list[list[ImportStatement]]] = []
    for statement in statements:
        previous = found[-1][-1][-1] if found else None
        if previous is not None and previous.line == statement.line:
            found[-1][-1].append(statement)
            continue
        gap = module.view[previous.next_line : statement.line] if previous else b""
        if previous is None or not _ONLY_COMMENTS.fullmatch(gap):
            found.append([[statement]])
        elif any(not line.strip() for line in gap.splitlines()):
            found[-1].append([statement])
        else:
            found[-1][-1].append(statement)
    return [Cluster(tuple(tuple(run) for run in runs)) for runs in found]


def inserted(module: Module, found: Sequence[Cluster], new: NewStatement, style: Style) -> Edit:
    """The edit that adds a statement where the file would have it.

    Args:
        module: The text.
        found: The clusters it may join; none asks for the top of the file.
        new: The statement.
        style: Tells the project's own packages from others.
    """
    section = section_of(new.module, style.first_party)
    cluster = _nearest(found, section, style)
    if cluster is None:
        return spaced(module, top_of_file(module), new.text, 1)
    run = _run_for(module, cluster, section, new, style)
    if not run:
        return _new_section(module, cluster, new.text, section, style)
    index = statement_place(new, run, [run for cluster in found for run in cluster.runs])
    if index:
        return _behind(module, run[index - 1], new.text)
    return _before(module, run[0], new.text)


def first_in_suite(module: Module, header_end: int, statement: str) -> Edit:
    """The edit that makes the statement the first one of an indented suite."""
    view = module.view
    line = view.find(b"\n", header_end) + 1
    body = module.lexed.statement_at(line)[0]
    indent = view[view.rfind(b"\n", 0, body) + 1 : body].decode("utf-8")
    return module.edit(line, line, f"{indent}{statement}{module.source.newline}")


def top_of_file(module: Module) -> int:
    """Offset of the line where the first import belongs: behind docstring and header comments."""
    view = module.view
    code = _first_code(view, 0)
    if _LITERAL.match(view, code):
        return view.find(b"\n", module.lexed.statement_at(code)[1]) + 1 or len(view)
    position = 0
    for _ in range(2):
        line_end = view.find(b"\n", position) + 1 or len(view)
        if not _FIXED_LINE.match(view[position:line_end]):
            break
        position = line_end
    # A comment with a blank line below it is about the file, any other about the code below it.
    place = position
    while comments := _COMMENT_LINES.match(view, position):
        blank = _end(_BLANK_LINES, view, comments.end())
        if blank == comments.end() < len(view):
            break
        place, position = comments.end(), blank
    return place


def spaced(module: Module, position: int, code: str, blank: int) -> Edit:
    """The edit that puts code on lines of its own, with blank lines around it.

    Args:
        module: The text.
        position: Offset of a line's first byte, or the end of the text.
        code: Without a final line end.
        blank: Least number of blank lines on both sides, where there is anything.
    """
    view, newline = module.view, module.source.newline
    above = view[:position]
    head = newline if above and not above.endswith(b"\n") else ""
    if above.strip():
        behind = above[len(above.rstrip()) :].count(b"\n") + bool(head)
        head += newline * max(0, blank + 1 - behind)
    end = _end(_BLANK_LINES, view, position)
    if not view[end:].strip():
        return module.edit(position, len(view), f"{head}{code}{newline}")
    kept = view[position:end].count(b"\n")
    wanted = 2 if _DEFINITION.match(view, _first_code(view, end)) else 1
    return module.edit(position, end, f"{head}{code}{newline * (1 + max(kept, wanted, blank))}")


def _nearest(found: Sequence[Cluster], section: Section, style: Style) -> Cluster | None:
    """The cluster with most of the section; else one the section could follow in."""

    def fitness(cluster: Cluster) -> tuple[int, bool, int]:
        sections = [section_of(s.target, style.first_party) for s in cluster.statements]
        return sections.count(section), min(sections) < section, len(sections)

    return max(found, key=fitness, default=None)


def _run_for(
    module: Module, cluster: Cluster, section: Section, new: NewStatement, style: Style
) -> tuple[ImportStatement, ...]:
    """The statements of one run among which the section is kept; empty where it has none.

    The run its names come from, else the first: a project's own packages, which may look like any
    other, come later.
    """
    found: list[tuple[ImportStatement, ...]] = []
    for run in cluster.runs:
        sections = [section_of(statement.target, style.first_party) for statement in run]
        if section not in sections:
            continue
        own = tuple(s for s, kind in zip(run, sections, strict=True) if kind == section)
        if sections != sorted(sections) and in_order(run):
            own = run
        if found and _explained(module, run[0]):
            found[-1] += own
        else:
            found.append(own)
    beside = [run for run in found if any(s.start == new.beside for s in run)]
    return next(iter(beside + found), ())


def _explained(module: Module, statement: ImportStatement) -> bool:
    """True where a blank line is above a statement only because a comment about it is."""
    above = _comments_above(module.view, statement.line)
    lead = module.view[above : statement.line]
    return bool(lead) and not _HEADING.fullmatch(lead)


def _new_section(
    module: Module, cluster: Cluster, statement: str, section: Section, style: Style
) -> Edit:
    """Add the first statement of a section, set apart where the file sets sections apart."""
    sections = {s.start: section_of(s.target, style.first_party) for s in cluster.statements}
    apart = all(len({sections[s.start] for s in run}) == 1 for run in cluster.runs)
    gap = module.source.newline if apart else ""
    above = [s for s in cluster.statements if sections[s.start] < section]
    if above:
        return _behind(module, above[-1], statement, gap)
    return _before(module, cluster.statements[0], statement, gap)


def _behind(module: Module, previous: ImportStatement, statement: str, gap: str = "") -> Edit:
    view, newline = module.view, module.source.newline
    at = previous.next_line
    text = _indented(module, previous, statement)
    if not view[:at].endswith(b"\n"):
        return module.edit(at, at, f"{newline}{gap}{text}")
    return module.edit(at, at, f"{gap}{text}{newline}")


def _before(module: Module, following: ImportStatement, statement: str, gap: str = "") -> Edit:
    """Add a statement above another one and above the comments that lead that one."""
    view, newline, at = module.view, module.source.newline, following.line
    comments = _comments_above(view, at)
    lead = view[comments:at]
    if comments and not _HEADING.fullmatch(lead) and comments != top_of_file(module):
        at = comments
    text = _indented(module, following, statement)
    return module.edit(at, at, f"{text}{newline}{gap}")


def _comments_above(view: bytes, line: int) -> int:
    """Offset of the first of the comment lines directly above a line."""
    while line and _COMMENT_LINES.fullmatch(view, above := _line_above(view, line), line):
        line = above
    return line


def _indented(module: Module, beside: ImportStatement, statement: str) -> str:
    """The statement with the indentation of the one it goes beside."""
    line = beside.line
    indent = module.view[line : _end(_INDENT, module.view, line)].decode("utf-8")
    newline = module.source.newline
    return indent + statement.replace(newline, newline + indent)


def _line_above(view: bytes, line: int) -> int:
    return view.rfind(b"\n", 0, line - 1) + 1


def _first_code(view: bytes, position: int) -> int:
    """Offset of the first byte at or behind a line's start that is no comment and not blank."""
    return _end(_INDENT, view, _end(_ONLY_COMMENTS, view, position))


def _end(pattern: re.Pattern[bytes], view: bytes, position: int) -> int:
    match = pattern.match(view, position)
    return match.end() if match else position
