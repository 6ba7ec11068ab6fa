"""The text of an `asyncio.gather(...)`, as a careful person would set it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lever_fix.codemod import Edit, Module, Span
from lever_fix.domains.gather.steps import Step

_DIRECTIVE = re.compile(
    rb"#[ \t]*(?:type|pyright|pylint|noqa|nosec|pragma|fmt|mypy|ruff)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Piece:
    """One step as text.

    Attributes:
        step: The step.
        span: Its statement.
        code: The awaited call, as it is written.
        above: The comment lines above it, without indentation.
        beside: The comment behind it; empty for none.
    """

    step: Step
    span: Span
    code: str
    above: tuple[str, ...] = ()
    beside: str = ""


def layout_problem(module: Module, steps: Sequence[Step]) -> tuple[str, str] | None:
    """Reason code and words for why the text of some steps cannot be joined."""
    for step in steps:
        span = module.span(step.statement)
        if not _alone(module, span):
            return "shared-line", "another statement stands on the same line"
        call = module.span(step.call)
        for start, end in module.lexed.comments:
            if span.start <= start < span.end and not call.start <= start < call.end:
                return "comment-inside", "a comment stands between the name and the call"
            if span.start <= start < _line_end(module, span.end) and _DIRECTIVE.match(
                module.view, start, end
            ):
                return "directive", "a comment for another tool speaks of that very line"
    return None


def _alone(module: Module, span: Span) -> bool:
    view = module.view
    line = view.rfind(b"\n", 0, span.start) + 1
    behind = view[span.end : _line_end(module, span.end)].strip()
    return not view[line : span.start].strip() and (not behind or behind.startswith(b"#"))


def _line_end(module: Module, offset: int) -> int:
    found = module.view.find(b"\n", offset)
    return len(module.view) if found < 0 else found


def gather_edit(module: Module, steps: Sequence[Step], asyncio: str, width: int) -> Edit:
    """The edit that turns steps into one gather.

    Args:
        module: Their module.
        steps: Steps without a `layout_problem`.
        asyncio: The name of `asyncio` there.
        width: Columns a line should keep to.
    """
    pieces = _pieces(module, steps)
    start = pieces[0].span.start
    indent = _indent(module, start)
    newline = module.source.newline
    comments = any(piece.above or piece.beside for piece in pieces)
    targets = ", ".join(step.target for step in steps)
    head = f"{targets} = await {asyncio}.gather("
    line = f"{head}{', '.join(piece.code for piece in pieces)})"
    if comments or "\n" in line or len(indent) + len(line) > width:
        if len(indent) + len(head) > width:
            head = _tall_targets(steps, indent, unit_of(indent)) + f" = await {asyncio}.gather("
        line = _tall(module, pieces, head, indent, width)
    declared = [_declaration(module, step) + f"\n{indent}" for step in steps if step.annotation]
    end = _line_end(module, pieces[-1].span.end) if pieces[-1].beside else pieces[-1].span.end
    end -= module.view[end - 1 : end] == b"\r"
    text = "".join(declared) + line
    return module.edit(start, end, text.replace("\r\n", "\n").replace("\n", newline))


def _pieces(module: Module, steps: Sequence[Step]) -> list[Piece]:
    found: list[Piece] = []
    previous = -1
    for step in steps:
        span = module.span(step.statement)
        line_end = _line_end(module, span.end)
        beside = [
            _text(module, *comment)
            for comment in module.lexed.comments
            if span.end <= comment[0] < line_end
        ]
        above = [
            _text(module, *comment)
            for comment in module.lexed.comments
            if 0 <= previous <= comment[0] < span.start
        ]
        found.append(Piece(step, span, _on_one_line(module, step), tuple(above), "".join(beside)))
        previous = line_end
    return found


def _on_one_line(module: Module, step: Step) -> str:
    """The text of a call, its lines joined where neither comment, string nor comma forbids it."""
    call = module.span(step.call)
    text = _text(module, call.start, call.end)
    opaque = (*module.lexed.comments, *module.lexed.strings)
    inside = [span for span in opaque if call.start <= span[0] < call.end]
    kept = any(span in module.lexed.comments for span in inside) or any(
        b"\n" in module.view[start:end] for start, end in inside
    )
    lines = [line.strip() for line in text.splitlines()]
    if kept or "\\" in text or any(one.endswith(",") for one in lines[-2:-1]):
        return text
    joined = lines[0]
    for line in lines[1:]:
        tight = joined.endswith(("(", "[", "{")) or line.startswith((")", "]", "}", "."))
        joined += line if tight else f" {line}"
    return joined


def _text(module: Module, start: int, end: int) -> str:
    return module.view[start:end].decode("utf-8")


def _indent(module: Module, start: int) -> str:
    line = module.view.rfind(b"\n", 0, start) + 1
    return module.view[line:start].decode("utf-8")


def unit_of(indent: str) -> str:
    """One more level of indentation in the style of a block."""
    if indent.startswith("\t"):
        return "\t"
    return "  " if len(indent) % 4 == 2 else "    "


def _tall_targets(steps: Sequence[Step], indent: str, unit: str) -> str:
    names = "".join(f"{indent}{unit}{step.target},\n" for step in steps)
    return f"(\n{names}{indent})"


def _tall(module: Module, pieces: Sequence[Piece], head: str, indent: str, width: int) -> str:
    """One call a line, each with its comments."""
    inner = indent + unit_of(indent)
    lines = [head]
    for piece in pieces:
        lines += [f"{inner}{comment}" for comment in piece.above]
        beside = f"  {piece.beside}" if piece.beside else ""
        code = piece.code
        if "\n" in code or len(inner) + len(code) >= width:
            code = shifted(module, piece.step, indent, inner)
        lines.append(f"{inner}{code},{beside}")
    return "\n".join([*lines, f"{indent})"])


def shifted(module: Module, step: Step, indent: str, inner: str) -> str:
    """The text of a call whose first line moves to the indentation `inner`."""
    call = module.span(step.call)
    first = module.view.rfind(b"\n", 0, call.start) + 1
    hanging = (
        _text(module, call.start, _line_end(module, call.start)).rstrip().endswith(tuple("([{"))
    )
    by = len(inner) - (len(indent) if hanging else call.start - first)
    lines: list[str] = []
    offset = call.start
    for line in module.view[call.start : call.end].split(b"\n"):
        text = line.decode("utf-8")
        if offset != call.start and module.lexed.in_code(offset) and text.strip():
            blank = len(text) - len(text.lstrip())
            text = _indented(text, blank, by, inner)
        lines.append(text)
        offset += len(line) + 1
    return "\n".join(lines)


def _indented(text: str, blank: int, by: int, inner: str) -> str:
    filler = "\t" if inner.startswith("\t") else " "
    return filler * max(0, blank + by) + text[blank:]


def _declaration(module: Module, step: Step) -> str:
    assert step.annotation is not None
    span = module.span(step.annotation)
    return f"{step.target}: {_text(module, span.start, span.end)}"
