"""A module being rewritten by small splices that may stand inside each other.

Every change is a replacement, an insertion, or a wrap: a header put above some statements, which
move in by one level. Nothing else of the text is touched, so comments and layout stay.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lever_fix.model import Edit, Span
from lever_fix.rewrite.splices import splice
from lever_fix.semantics.module import Module


@dataclass(frozen=True)
class Wrap:
    """Statements that move in by one level.

    Attributes:
        start: Offset of the first statement, or of the end of the header that is there already.
        end: Offset behind the last statement.
        header: What goes above, such as `async with x as y:`; empty where it is there.
        unit: One level of indentation.
    """

    start: int
    end: int
    header: str
    unit: str


@dataclass(frozen=True)
class Line:
    """A line put below a statement.

    Attributes:
        statement: Start of the statement below which it goes.
        end: End of that statement.
        text: The line, without indentation.
        unit: Indentation beyond that of the statement.
        within: Offset whose wraps it moves in with.
    """

    statement: int
    end: int
    text: str
    unit: str
    within: int


@dataclass
class Draft:
    """The changes of one module, in the order they are thought of."""

    module: Module
    edits: list[Edit] = field(default_factory=list)
    wraps: list[Wrap] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def replace(self, span: Span, text: str) -> None:
        """Write something in place of a range."""
        self.edits.append(self.module.edit(span.start, span.end, text))

    def insert(self, at: int, text: str) -> None:
        """Write something in between."""
        self.edits.append(self.module.edit(at, at, text))

    def take(self, span: Span) -> str:
        """The text of a range with the changes made inside it, which are then forgotten."""
        inside = [one for one in self.edits if span.start <= one.start and one.end <= span.end]
        self.edits = [one for one in self.edits if one not in inside]
        local = [
            Edit(one.path, one.start - span.start, one.end - span.start, one.text) for one in inside
        ]
        return splice(self.module.text[span.start : span.end], local).decode("utf-8")

    def source(self, node: ast.AST) -> str:
        """The text of a node as it was."""
        span = self.module.span(node)
        return self.module.text[span.start : span.end].decode("utf-8")

    def indent_of(self, offset: int) -> str:
        """The indentation of the line that holds an offset."""
        text = self.module.text
        line = text.rfind(b"\n", 0, offset) + 1
        end = line
        while text[end : end + 1] in (b" ", b"\t", b"\f"):
            end += 1
        return text[line:end].decode()

    def indentation(self, offset: int) -> str:
        """What the line of an offset moves in by."""
        return "".join(one.unit for one in self.wraps if one.start <= offset < one.end)

    def finished(self) -> tuple[Edit, ...]:
        """All changes as edits of the module."""
        wraps = sorted(self.wraps, key=lambda one: (one.start, -one.end))
        newline = self.module.source.newline
        headers: list[Edit] = []
        for number, wrap in enumerate(wraps):
            if wrap.header:
                around = [
                    one
                    for other, one in enumerate(wraps)
                    if (one.start < wrap.start or other <= number) and wrap.start < one.end
                ]
                depth = "".join(one.unit for one in around)
                below = f"{newline}{self.indent_of(wrap.start)}{depth}"
                header = deeper(wrap.header, depth.removesuffix(wrap.unit))
                headers.append(self.module.edit(wrap.start, wrap.start, header + below))
        lines = [self._line(one, wraps) for one in self.lines]
        replaced = [self._deeper(one, wraps) for one in self.edits]
        return (*headers, *self._indentation(wraps), *replaced, *lines)

    def _deeper(self, edit: Edit, wraps: list[Wrap]) -> Edit:
        """What is written over or between several lines, moved in with its statement."""
        added = edit.start == edit.end
        if b"\n" not in self.module.view[edit.start : edit.end] and not added:
            return edit
        units = "".join(
            one.unit
            for one in wraps
            if one.start + added <= edit.start and edit.end <= one.end - added
        )
        return Edit(edit.path, edit.start, edit.end, deeper(edit.text, units))

    def _line(self, line: Line, wraps: list[Wrap]) -> Edit:
        """The line behind the last line of its statement, comment included."""
        text = self.module.text
        at = line_end(text, line.end)
        depth = "".join(one.unit for one in wraps if one.start <= line.within < one.end)
        below = f"{self.indent_of(line.statement)}{depth}{line.unit}{line.text}"
        return self.module.edit(at, at, f"{self.module.source.newline}{below}")

    def _indentation(self, wraps: list[Wrap]) -> list[Edit]:
        found: list[Edit] = []
        text, lexed = self.module.text, self.module.lexed
        replaced = [(one.start, one.end) for one in self.edits if one.start < one.end]
        for line in self.module.source.line_starts:
            if any(start < line < end for start, end in replaced):
                continue
            units = "".join(one.unit for one in wraps if one.start < line < one.end)
            blank = not text[line : text.find(b"\n", line) + 1 or len(text)].strip()
            held = lexed.opaque_at(line) if units else None
            if units and not blank and (held is None or held[0] == line):
                found.append(self.module.edit(line, line, units))
        return found


def line_end(text: bytes, offset: int) -> int:
    """Where the line ends that holds an offset, before its line end."""
    ends = [at for at in (text.find(b"\n", offset), text.find(b"\r", offset)) if at >= 0]
    return min(ends, default=len(text))


def laid_out(call: str, room: int, indent: str, unit: str, newline: str) -> str:
    """The text of a call, one argument to a line where it does not fit on one."""
    if len(call) <= room and newline not in call:
        return call
    node = ast.parse(call, mode="eval").body
    if not isinstance(node, ast.Call):
        return call
    func = ast.get_source_segment(call, node.func)
    parts = [ast.get_source_segment(call, one) for one in (*node.args, *node.keywords)]
    between = f"{newline}{indent}{unit}"
    return f"{func}({''.join(f'{between}{part},' for part in parts)}{newline}{indent})"


def deeper(text: str, units: str) -> str:
    """A text whose lines but the first move in; one with a long string stays as it is."""
    if not units or '"""' in text or "'''" in text:
        return text
    return text.replace("\n", f"\n{units}")
