"""Source text taken from one place to another, with some of its names said differently."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from lever_fix.domains.retries.linear import Counter, Linear, linear
from lever_fix.domains.retries.model import NotRewritableError
from lever_fix.model import Span
from lever_fix.semantics.module import Module

Saying = Callable[[ast.expr], str | None]
"""The new text of an expression, or None where it stays."""

_PREFIX = re.compile(rb"[rbuftRBUFT]*\Z")
_POWER = re.compile(r"(?<![\w.)\]])([\w.]+) \*\* ([\w.]+)(?![\w.(\[])")
_SINGLE = re.compile(r"""(?<![\w"'])'([^'"\\\n]*)'""")
"""A plain string in single quotes, which nothing keeps from standing in double ones."""
_LOOSE = ast.BinOp | ast.UnaryOp | ast.Attribute | ast.Subscript | ast.Compare | ast.BoolOp


def text_of(module: Module, node: ast.AST) -> str:
    """The source text of a node."""
    span = module.span(node)
    return module.text[span.start : span.end].decode()


def written(expr: ast.expr) -> str:
    """An expression as text, with powers of plain operands written tight."""
    text = _SINGLE.sub(r'"\1"', ast.unparse(expr))
    return _POWER.sub(r"\1**\2", text)


def as_is(_: ast.expr) -> str | None:
    """Says everything as it stands."""
    return None


def moved(
    module: Module,
    span: Span,
    indent: str,
    saying: Saying = as_is,
    *,
    roots: Sequence[ast.AST] = (),
    extra: Sequence[tuple[int, int, str]] = (),
) -> str:
    """The text of a span with another indentation, some expressions said differently.

    Args:
        module: The module.
        span: From the first line's first byte, its indentation included, to the end of a line.
        indent: The indentation that the first line is to have.
        saying: What to say differently.
        roots: The nodes in the span to be searched for such expressions.
        extra: More changes, as offsets into the module and their text.
    """
    edits = [*_replacements(module, roots, saying), *_indentation(module, span, indent), *extra]
    parts: list[bytes] = []
    position = span.start
    for start, end, text in sorted(edits):
        if start >= position:
            parts += (module.text[position:start], text.encode())
            position = end
    parts.append(module.text[position : span.end])
    return b"".join(parts).decode().replace("\r\n", "\n")


def _indentation(module: Module, span: Span, indent: str) -> Iterator[tuple[int, int, str]]:
    """Changes to the indentation of every line that does not start inside a string."""
    view = module.view
    strings = [one for one in module.lexed.strings if one[0] < span.end and one[1] > span.start]
    line, base = span.start, None
    while line < span.end:
        end = view.find(b"\n", line, span.end)
        code = line
        while code < span.end and view[code : code + 1] in (b" ", b"\t"):
            code += 1
        blank = view[code : code + 1] in (b"\n", b"\r", b"") or code >= span.end
        if not blank and not any(start < line < stop for start, stop in strings):
            width = code - line
            base = width if base is None else base
            extra = view[line + min(base, width) : code].decode()
            if width < base:  # a line further left than the first: a comment, or a hanging bracket
                extra = ""
            yield line, code, indent + extra
        if end < 0:
            return
        line = end + 1


def statements_span(module: Module, statements: Sequence[ast.stmt]) -> Span:
    """The whole lines of adjacent statements, without the last line's end."""
    first, last = module.span(statements[0]), module.span(statements[-1])
    for decorator in getattr(statements[0], "decorator_list", ()):
        first = Span(min(first.start, module.span(decorator).start - 1), first.end)
    start = module.view.rfind(b"\n", 0, first.start) + 1
    if module.view[start : first.start].strip():
        raise NotRewritableError("one-line", "several statements stand on one line")
    end = module.view.find(b"\n", last.end)
    end = len(module.view) if end < 0 else end
    rest = module.view[last.end : end].strip()
    if rest and not rest.startswith(b"#"):
        raise NotRewritableError("one-line", "several statements stand on one line")
    return Span(start, end - module.view[last.end : end].endswith(b"\r"))


def said(
    module: Module,
    statements: Sequence[ast.stmt],
    indent: str,
    saying: Saying = as_is,
    extra: Sequence[tuple[int, int, str]] = (),
) -> str:
    """Adjacent statements with another indentation, some expressions said differently."""
    span = _with_comments(module, statements_span(module, statements))
    return moved(module, span, indent, saying, roots=statements, extra=extra)


def _with_comments(module: Module, span: Span) -> Span:
    """Whole lines with the comment lines right above them, where these stand as far in."""
    view, start = module.view, span.start
    code = view[start : span.end]
    indent = code[: len(code) - len(code.lstrip(b" \t"))]
    while start:
        line = view.rfind(b"\n", 0, start - 1) + 1
        if not view.startswith(indent + b"#", line):
            break
        start = line
    return Span(start, span.end)


def said_inline(module: Module, expr: ast.expr, saying: Saying = as_is) -> str:
    """One expression on one line, some of it said differently."""
    if not hasattr(expr, "lineno"):
        return written(expr)
    span = module.span(expr)
    text = moved(module, span, "", saying, roots=[expr])
    if "\n" not in text:
        return text
    if any(
        start < at < end
        for start, end in module.lexed.strings
        for at in range(span.start, span.end)
        if module.view[at : at + 1] == b"\n"
    ):
        raise NotRewritableError("multi-line", "a string spans lines")
    joined = " ".join(line.strip() for line in text.split("\n"))
    return re.sub(r",? ([)\]}])", r"\1", re.sub(r"([(\[{]) ", r"\1", joined))


def _replacements(
    module: Module, roots: Sequence[ast.AST], saying: Saying
) -> Iterator[tuple[int, int, str]]:
    for root in roots:
        yield from _said(module, root, None, saying)


def _said(
    module: Module, node: ast.AST, parent: ast.AST | None, saying: Saying
) -> Iterator[tuple[int, int, str]]:
    if isinstance(node, ast.JoinedStr):
        yield from _in_fields(module, node, saying)
        return
    if isinstance(node, ast.expr) and (text := saying(node)) is not None:
        span = module.span(node)
        yield span.start, span.end, _bracketed(text, parent)
        return
    for child in ast.iter_child_nodes(node):
        yield from _said(module, child, node, saying)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        text = saying(node.right) or ""
        if _bracketed(text, node) != text:  # a power of more than a name has space around `**`
            yield module.span(node.left).end, module.span(node.right).start, " ** "


def _bracketed(text: str, parent: ast.AST | None) -> str:
    if not isinstance(parent, _LOOSE) or not text:
        return text
    said_by = ast.parse(text, mode="eval").body
    if isinstance(parent, ast.BoolOp) and isinstance(said_by, ast.Compare):
        return text
    simple = isinstance(
        said_by,
        ast.Name | ast.Attribute | ast.Call | ast.Constant | ast.Subscript,
    )
    return text if simple else f"({text})"


def _in_fields(
    module: Module, node: ast.JoinedStr, saying: Saying
) -> Iterator[tuple[int, int, str]]:
    """Changes inside the fields of an f-string, whose nodes have no places before Python 3.12."""
    names = [one for one in ast.walk(node) if isinstance(one, ast.expr) and saying(one) is not None]
    if not names:
        return
    span, found = module.span(node), False
    for start, end in module.lexed.strings:
        prefix = _PREFIX.search(module.view, max(0, start - 3), start)
        if not (span.start <= start < span.end) or not prefix or b"f" not in prefix[0].lower():
            continue
        for at, stop in _fields(module.view, start, end):
            for first, last, text in _in_field(module, at, stop, saying):
                found = True
                yield first, last, text
    if not found:
        raise NotRewritableError("f-string", "an f-string is written in a way that is not followed")


def _fields(view: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the expressions of an f-string's fields stand."""
    at = start
    while at < end:
        if view[at : at + 2] in (b"{{", b"}}"):
            at += 2
        elif view[at : at + 1] == b"{":
            stop = _end_of_field(view, at + 1, end)
            yield at + 1, stop
            at = stop
        else:
            at += 1


def _end_of_field(view: bytes, at: int, end: int) -> int:
    depth = 0
    while at < end:
        byte = view[at : at + 1]
        if depth == 0 and (
            byte in (b"}", b":") or (byte == b"!" and view[at + 1 : at + 2] != b"=")
        ):
            return at
        depth += (byte in (b"(", b"[", b"{")) - (byte in (b")", b"]", b"}"))
        if byte in (b"'", b'"'):
            at = view.find(byte, at + 1, end)
            if at < 0:
                return end
        at += 1
    return end


def _in_field(
    module: Module, start: int, end: int, saying: Saying
) -> Iterator[tuple[int, int, str]]:
    source = module.view[start:end].decode()
    try:
        tree = ast.parse(f"({source})", mode="eval").body
    except SyntaxError as error:
        raise NotRewritableError("f-string", "an f-string is not followed") from error
    pending: list[tuple[ast.AST, ast.AST | None]] = [(tree, None)]
    while pending:
        node, parent = pending.pop()
        if isinstance(node, ast.expr) and (text := saying(node)) is not None:
            if node.lineno != 1 or node.end_lineno != 1:
                raise NotRewritableError("f-string", "a field of an f-string spans lines")
            first = start + node.col_offset - 1
            assert node.end_col_offset is not None
            yield first, start + node.end_col_offset - 1, _bracketed(text, parent)
            continue
        pending += [(child, node) for child in ast.iter_child_nodes(node)]


def numbered(counters: dict[str, Counter], bumped: frozenset[str], number: str) -> Saying:
    """Says a sum of a counter and numbers by the attempt's number: `attempt + 1` by `number`."""

    def say(expr: ast.expr) -> str | None:
        if not isinstance(expr, ast.Name | ast.BinOp):
            return None
        found = linear(expr)
        if found is None:
            return None
        own = [(text, factor) for text, factor in found.terms if text in counters]
        if len(own) != 1:
            return None
        name, factor = own[0]
        counter = counters[name]
        rest = found + Linear(((name, -factor),)) + counter.offset(name in bumped).times(factor)
        return str(rest + Linear(((number, counter.step * factor),)))

    return say


def comparing(counters: dict[str, Counter], bumped: frozenset[str], number: str) -> Saying:
    """Says a question about a counter by the attempt's number: `attempt > 2` by `number > 3`."""

    def say(expr: ast.expr) -> str | None:
        if not isinstance(expr, ast.Compare) or len(expr.ops) != 1:
            return None
        left, right = linear(expr.left), linear(expr.comparators[0])
        if left is None or right is None:
            return None
        difference = left + right.times(-1)
        names = [name for name, factor in difference.terms if factor == 1]
        if len(difference.terms) != 1 or len(names) != 1 or names[0] not in counters:
            return None
        counter = counters[names[0]]
        offset = counter.offset(counter.name in bumped) + difference.const
        if counter.step != 1 or not offset.is_number:
            return None
        sign = ast.unparse(ast.Compare(ast.Name("a"), expr.ops, [ast.Name("b")]))[1:-1].strip()
        return f"{number} {sign} {-offset.const}"

    return say


def either(*sayings: Saying) -> Saying:
    """The first of several that has something to say."""

    def say(expr: ast.expr) -> str | None:
        for one in sayings:
            if (text := one(expr)) is not None:
                return text
        return None

    return say


def naming(names: dict[str, str]) -> Saying:
    """Says plain names by other texts."""

    def say(expr: ast.expr) -> str | None:
        if isinstance(expr, ast.Name) and isinstance(expr.ctx, ast.Load):
            return names.get(expr.id)
        return None

    return say
