"""One import statement with other names, in the layout it has."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lever_fix.model import Edit
from lever_fix.rewrite.import_statements import ImportStatement
from lever_fix.semantics.lexical import Range
from lever_fix.semantics.module import Module

_BLANK_LINE = re.compile(rb"(?<=\n)[ \t\f]*\r?\n")
_SPACE_AT_END = re.compile(rb"[ \t\f]+(?=\r?\n)")
_COMMA = re.compile(rb"[ \t\f]*,")
_COMMA_AT_END = re.compile(rb",\s*\)\Z")
_COMMA_AND_SPACE = re.compile(rb"(?P<comma>[ \t\f]*,)[ \t\f]*")


@dataclass(frozen=True)
class Change:
    """What happens to the names of one import statement.

    Attributes:
        removed: Indices of the names that go; never all of them without an addition.
        added: `(index, text)`: a new name stands before the name with that index.
    """

    removed: frozenset[int] = frozenset()
    added: tuple[tuple[int, str], ...] = ()

    def names(self, statement: ImportStatement) -> list[str]:
        """The names of the statement as they will be."""
        names: list[str] = []
        for index in range(len(statement.names) + 1):
            names += [text for at, text in self.added if at == index]
            if index < len(statement.names) and index not in self.removed:
                names.append(statement.names[index].text)
        return names


def changed(module: Module, statement: ImportStatement, change: Change, width: int) -> Edit:
    """The edit that gives a statement its new names, within `width` columns where it can be."""
    view = module.view
    listing = view[statement.names[0].start : statement.names[-1].end]
    if b"\n" not in view[statement.start : statement.end]:
        return _flat(module, statement, change, width)
    if not statement.inner_comments and _collapses(module, statement, change, width):
        return module.edit(statement.start, statement.end, one_line(statement, change))
    if _one_per_line(view, statement):
        return _hanging(module, statement, change)
    if statement.inner_comments or b"\n" not in listing:
        return _in_place(module, statement, change)
    return _filled(module, statement, change, width)


def one_line(statement: ImportStatement, change: Change) -> str:
    """The whole statement on one line."""
    head = f"from {statement.module} import " if statement.module else "import "
    return head + ", ".join(change.names(statement))


def exploded(head: str, names: Sequence[str], indent: str, newline: str) -> str:
    """A parenthesised list with one name a line, as black and ruff write it."""
    lines = "".join(f"{indent}    {name},{newline}" for name in names)
    return f"{head}({newline}{lines}{indent})"


def columns(text: bytes) -> int:
    """Width of a text without line ends, in characters."""
    return len(text.decode("utf-8", "replace"))


def _collapses(module: Module, statement: ImportStatement, change: Change, width: int) -> bool:
    """True where only its length kept the statement from being on one line.

    One that would have fitted was spread out on purpose.
    """
    room = width - columns(module.view[statement.line : statement.start])
    return len(one_line(statement, change)) <= room < len(one_line(statement, Change()))


def _flat(module: Module, statement: ImportStatement, change: Change, width: int) -> Edit:
    indent = module.view[statement.line : statement.start].decode("utf-8")
    line, names = one_line(statement, change), change.names(statement)
    fits = len(indent) + len(line) <= width
    if statement.module and change.added and not fits and not statement.shared:
        head = f"from {statement.module} import "
        text = exploded(head, names, indent, module.source.newline)
        return module.edit(statement.start, statement.end, text)
    first, last = statement.names[0].start, statement.names[-1].end
    if statement.opening >= 0 and fits:
        first, last = statement.opening, statement.end
    return module.edit(first, last, ", ".join(names))


def _one_per_line(view: bytes, statement: ImportStatement) -> bool:
    """True for a parenthesised list in which each name has a line of its own."""
    if statement.opening < 0:
        return False
    stops = [statement.opening, *(name.start for name in statement.names)]
    apart = all(b"\n" in view[a:b] for a, b in itertools.pairwise(stops))
    return apart and all(b"\n" not in view[name.start : name.end] for name in statement.names)


def _hanging(module: Module, statement: ImportStatement, change: Change) -> Edit:
    """One name a line: lines go, lines come, comments stay where they are."""
    view, closing = module.view, statement.end - 1
    start = view.index(b"\n", statement.opening) + 1
    line = view.rfind(b"\n", 0, closing) + 1
    own_line = not view[line:closing].strip()
    end = line if own_line else closing
    rows = _rows(view, statement, change, (start, end))
    last = max(index for index, (name, _) in enumerate(rows) if name)
    comma = _COMMA.match(view, statement.names[-1].end) is not None
    newline = module.source.newline
    lines = [
        name + b"," * (bool(name) and (comma or index < last)) + rest
        for index, (name, rest) in enumerate(rows)
    ]
    text = newline.join(line.decode("utf-8") for line in lines)
    return module.edit(start, end, text + newline * own_line)


def _rows(
    view: bytes, statement: ImportStatement, change: Change, body: Range
) -> list[tuple[bytes, bytes]]:
    """Each line as its indented name and the comment behind it; the name is empty for others."""
    at_line = {view.rfind(b"\n", 0, n.start) + 1: i for i, n in enumerate(statement.names)}
    indent = view[min(at_line) : statement.names[0].start]
    rows: list[tuple[bytes, bytes]] = []
    position = body[0]
    for line in view[slice(*body)].splitlines(keepends=True):
        index = at_line.get(position)
        if index is None:
            rows.append((b"", line.rstrip(b"\r\n")))
        else:
            above = _above_comments(rows)
            rows[above:above] = _new_rows(change, index, indent)
            code = statement.names[index].end - position
            comment = _COMMA.sub(b"", line[code:].rstrip(b"\r\n"), count=1)
            if index not in change.removed:
                rows.append((line[:code], comment))
            elif comment.strip():
                rows.append((b"", indent + comment.strip()))
        position += len(line)
    return rows + _new_rows(change, len(statement.names), indent)


def _new_rows(change: Change, index: int, indent: bytes) -> list[tuple[bytes, bytes]]:
    return [(indent + text.encode("utf-8"), b"") for at, text in change.added if at == index]


def _above_comments(rows: list[tuple[bytes, bytes]]) -> int:
    """How many rows there are above the comments that lead the next name."""
    place = len(rows)
    while place and not rows[place - 1][0]:
        place -= 1
    return place


def _filled(module: Module, statement: ImportStatement, change: Change, width: int) -> Edit:
    """Names broken over lines, in parentheses or with backslashes: the lines are filled anew."""
    view, newline = module.view, module.source.newline
    first, last = statement.names[0], statement.names[-1]
    line = view.rfind(b"\n", 0, first.start) + 1
    begun = columns(view[line : first.start])
    indent = _continuation(view, statement)
    stop = ")" if statement.opening >= 0 else ""
    glue = newline if statement.opening >= 0 else f" \\{newline}"
    names = change.names(statement)
    text, column = "", begun
    for index, name in enumerate(names):
        piece = name + ("," if index < len(names) - 1 else "")
        tail = len(stop) if index == len(names) - 1 else len(glue.rstrip("\r\n"))
        if text and column + 1 + len(piece) + tail > width:
            text, column = f"{text}{glue}{indent}{piece}", len(indent) + len(piece)
        else:
            piece = f" {piece}" if text else piece
            text, column = text + piece, column + len(piece)
    return module.edit(first.start, last.end, text)


def _continuation(view: bytes, statement: ImportStatement) -> str:
    """The indentation of the lines that go on with the names."""
    for name in statement.names:
        line = view.rfind(b"\n", 0, name.start) + 1
        if line > statement.start and not view[line : name.start].strip():
            return view[line : name.start].decode("utf-8")
    return view[statement.line : statement.start].decode("utf-8") + "    "


def _in_place(module: Module, statement: ImportStatement, change: Change) -> Edit:
    """Names among comments, several a line: only the names and their commas go or come."""
    view = module.view
    parts: list[bytes] = []
    position = start = statement.names[0].start
    for index, name in enumerate(statement.names):
        parts.append(view[position : name.start])
        parts += [text.encode() + b", " for at, text in change.added if at == index]
        position = name.end
        if index not in change.removed:
            parts.append(view[name.start : name.end])
        elif comma := _COMMA_AND_SPACE.match(view, name.end):
            position = comma.end()
            lead = parts[-1].rstrip(b" \t")
            if view[position : position + 1] in (b"#", b"\r", b"\n") and lead[-1:] != b"\n":
                position = comma.end("comma")  # a comment keeps its distance
                parts[-1] = lead
    added = ", ".join(text for at, text in change.added if at == len(statement.names))
    last_goes = len(statement.names) - 1 in change.removed
    if added:
        parts.append(added.encode() if last_goes else b", " + added.encode())
    parts.append(view[position : statement.end])
    text = _SPACE_AT_END.sub(b"", _BLANK_LINE.sub(b"", b"".join(parts)))
    if last_goes and not _COMMA.match(view, statement.names[-1].end):
        text = _COMMA_AT_END.sub(b")", text)
    return module.edit(start, statement.end, text.decode("utf-8"))
