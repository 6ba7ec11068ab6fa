"""A few statements rewritten as a concrete tree, and turned back into edits as small as the change.

Only the text of the statements is parsed. It keeps its own indentation, under a stand-in header,
so nothing is dedented: multi-line strings and continuation lines stay as they are.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator

import libcst as cst

from lever_fix.errors import SourceError
from lever_fix.model import Edit, Span
from lever_fix.semantics.module import Module

Transform = Callable[[cst.Module], cst.CSTNode] | cst.CSTTransformer

_BRANCH = re.compile(rb"(?:elif|else|except|finally)\b")
_DECORATED = re.compile(rb"(?:async[ \t]+def|def|class)\b|@")
_COMMENT_LINE = re.compile(rb"[ \t\f]*\#[^\r\n]*\r?\n?\Z")
_FIRST_INDENT = re.compile(rb":[ \t]*(?:\#[^\r\n]*)?\r?\n([ \t]+)[^\s#]")
_TOKEN = re.compile(r"\w+|[^\S\r\n]+|\r?\n|.", re.DOTALL)
_INDENT = re.compile(rb"[ \t\f]*")


def transform(
    module: Module, span: Span, transformer: Transform, *, leading_comments: bool = False
) -> tuple[Edit, ...]:
    """Rewrite the adjacent statements that a span touches, each whole, bodies included.

    Args:
        module: The module the statements stand in.
        span: Any part of the statements; they all stand in one suite.
        transformer: Gets a `cst.Module` that holds just these statements, and returns the new one.
        leading_comments: Whether the comment lines above the first statement belong to it.

    Raises:
        SourceError: LibCST cannot parse the statements.
    """
    whole = whole_statements(module, span, leading_comments=leading_comments)
    before = module.view[whole.start : whole.end].decode("utf-8")
    after = _rewritten(module, before, whole.start, transformer)
    if "\r" not in before and module.source.newline == "\r":
        after = after.replace("\n", "\r")
        before = before.replace("\n", "\r")
    return tuple(_smallest(module, whole.start, before, after))


def whole_statements(module: Module, span: Span, *, leading_comments: bool = False) -> Span:
    """The lines of the statements that a span touches: from the first indentation to the last byte.

    Decorators, bodies and the branches of a compound statement belong to it.
    """
    view = module.view
    start = _start(module, module.lexed.statement_at(span.start)[0])
    line = _line(view, start)
    indent, end, decorated = start - line, start, False
    for first, last in _logical_lines(module, line):
        column = first - _line(view, first)
        follows = column > indent or decorated or _BRANCH.match(view, first)
        if column < indent or (first >= span.end and end > start and not follows):
            break
        end, decorated = last, view[first : first + 1] == b"@"
    while leading_comments and line and _COMMENT_LINE.match(view[_line(view, line - 1) : line]):
        line = _line(view, line - 1)
    return Span(line, end)


def _start(module: Module, start: int) -> int:
    """Where the statement begins whose header, branch or definition is at `start`."""
    view = module.view
    indent = start - _line(view, start)
    while start:
        above = _code_above(view, _line(view, start))
        while above and above - _line(view, above) > indent:  # a body of an earlier branch
            above = _code_above(view, _line(view, above))
        first = module.lexed.statement_at(above)[0]
        branch = _BRANCH.match(view, start)
        decorator = view[first : first + 1] == b"@" and _DECORATED.match(view, start)
        if first >= start or not (branch or decorator):
            break
        start = first
    return start


def _line(view: bytes, offset: int) -> int:
    return view.rfind(b"\n", 0, offset) + 1


def _code_above(view: bytes, line: int) -> int:
    """Offset of the first code on the nearest line above that is not blank and no comment."""
    while line:
        line = _line(view, line - 1)
        code = _end_of_indent(view, line)
        if view[code : code + 1] not in (b"", b"\r", b"\n", b"#"):
            return code
    return 0


def _end_of_indent(view: bytes, line: int) -> int:
    match = _INDENT.match(view, line)
    return match.end() if match else line


def _logical_lines(module: Module, line: int) -> Iterator[tuple[int, int]]:
    """The logical lines from a line on."""
    view, position = module.view, line
    while position < len(view):
        start, end = module.lexed.statement_at(position)
        if start >= end:
            return
        yield start, end
        position = view.find(b"\n", end) + 1 or len(view)


def _rewritten(module: Module, text: str, start: int, transformer: Transform) -> str:
    """The text of the statements after the transformation."""
    newline = "\r\n" if module.source.newline == "\r\n" else "\n"
    indented = text[:1] in " \t\f"
    # A statement above it makes the comments above the first one belong to that.
    head = f"if 1:{newline}" if indented else f"pass{newline}"
    unit = _FIRST_INDENT.search(module.view)
    config: cst.PartialParserConfig = cst.PartialParserConfig(
        default_indent=unit[1].decode() if unit else "    ", default_newline=newline
    )
    try:
        tree = cst.parse_module(f"{head}{text}{newline}", config)
    except cst.ParserSyntaxError as error:
        line = module.source.position(start)[0] + max(0, error.raw_line - 2)
        raise SourceError(
            f"{module.path}:{line}: LibCST cannot parse this: {error.message}",
            "mend the syntax, or leave the file out",
        ) from error
    code = _with_body(tree, indented, transformer).code
    return code.removeprefix(head).removesuffix(newline)


def _with_body(tree: cst.Module, indented: bool, transformer: Transform) -> cst.Module:
    """The tree with its statements, less the stand-in, transformed."""
    header = tree.body[0]
    if isinstance(header, cst.If) and isinstance(header.body, cst.IndentedBlock) and indented:
        block = header.body
        inner = _transformed(tree.with_changes(body=block.body), transformer)
        block = block.with_changes(body=inner.body)
        return tree.with_changes(body=[header.with_changes(body=block)])
    inner = _transformed(tree.with_changes(body=tree.body[1:]), transformer)
    return tree.with_changes(body=[header, *inner.body])


def _transformed(tree: cst.Module, transformer: Transform) -> cst.Module:
    if isinstance(transformer, cst.CSTTransformer):
        result: object = tree.visit(transformer)
    else:
        result = transformer(tree)
    if not isinstance(result, cst.Module):
        raise TypeError(f"the transformer returned {type(result).__name__}, not a cst.Module")
    return result


def _smallest(module: Module, start: int, before: str, after: str) -> Iterator[Edit]:
    """Edits from one text to the other: by lines first, then by tokens where lines differ."""
    if before == after:
        return
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for first, last, replacement in _differences(old, new):
        offset = start + _width(old[:first])
        tokens, others = _tokens(old[first:last]), _tokens(replacement)
        for begin, end, text in _differences(tokens, others):
            at = offset + _width(tokens[:begin])
            yield module.edit(at, at + _width(tokens[begin:end]), "".join(text))


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind != "equal":
            yield first, last, new[begin:end]


def _tokens(lines: list[str]) -> list[str]:
    return _TOKEN.findall("".join(lines))


def _width(parts: list[str]) -> int:
    return sum(len(part.encode("utf-8")) for part in parts)
