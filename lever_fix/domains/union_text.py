"""The text of `Optional[...]` and `Union[...]` written with `|`, as the smallest edits.

Operands are never touched: only the brackets, the commas between operands and the name in front
are, so that comments and other codemods' edits inside an operand stay as they are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

from lever_fix.domains.positions import dotted
from lever_fix.domains.typing_uses import Use, plain_literal
from lever_fix.model import Edit, Span
from lever_fix.semantics.bindings import bound_in_block
from lever_fix.semantics.module import Module

_SPACE = re.compile(rb"(?:[ \t\f\r\n]|\\\r?\n)*")
_GAP = re.compile(rb"[ \t\f]*")
_TIGHT = (ast.Attribute, ast.UnaryOp, ast.Await)


@dataclass(frozen=True, eq=False)
class Form:
    """One `Optional[...]` or `Union[...]`.

    Attributes:
        use: The use of the name.
        node: The subscript.
        operands: The expressions inside the brackets.
        nested: Forms among the operands, by the operand's identity.
    """

    use: Use
    node: ast.Subscript
    operands: tuple[ast.expr, ...]
    nested: dict[int, Form]

    @cached_property
    def flat(self) -> list[ast.expr]:
        """The operands, those of nested forms in their place, `None` of `Optional` last."""
        found: list[ast.expr] = []
        for operand in self.operands:
            inner = self.nested.get(id(operand))
            found.extend(inner.flat if inner else (operand,))
        if self.use.name == "Optional":
            found.append(ast.Constant(None))
        return found

    @property
    def span(self) -> Span:
        """Where the form stands in the module."""
        return self.use.span(self.node)

    @property
    def has_string(self) -> bool:
        """True where an operand is quoted."""
        return any(isinstance(node, ast.Constant) and node.value for node in self.flat)

    @property
    def means_none(self) -> bool:
        """True where nothing but None is left of the operands."""
        return all(isinstance(node, ast.Constant) and node.value is None for node in self.flat)

    @cached_property
    def repeats(self) -> bool:
        """True where fewer operands are left than were written, or only one is."""
        keys = [_key(node) for node in self.flat]
        return len(set(keys)) < max(2, len(keys))


def _key(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ast.dump(node)


def forms(uses: Sequence[Use]) -> list[Form]:
    """The forms among uses that stand inside one another, outermost first."""
    heads: dict[int, Use] = {}
    for use in uses:
        head = use.parents[0]
        if isinstance(head, ast.Subscript) and head.value is use.node:
            heads[id(head)] = use
    built: dict[int, Form] = {}
    for key, use in reversed(heads.items()):
        node = use.parents[0]
        assert isinstance(node, ast.Subscript)
        inside = node.slice
        operands = tuple(inside.elts) if isinstance(inside, ast.Tuple) else (inside,)
        nested = {id(op): built[id(op)] for op in operands if id(op) in built}
        built[key] = Form(use, node, operands, nested)
    return list(reversed(built.values()))


def union_edits(module: Module, outer: list[Form], line_length: int) -> tuple[Edit, ...]:
    """The edits that write all the forms with `|`; none where they can't be written well.

    Args:
        module: The module they stand in.
        outer: One outermost form and every form inside it, as `forms` gives them.
        line_length: Columns to keep to when a form on several lines may be joined.
    """
    edits: list[Edit] = []
    done = -1
    for form in outer:
        span = form.span
        if span.start < done:
            continue
        if form.has_string or form.repeats or _in_parentheses(module, form):
            edit = _rebuilt(module, form, outer, line_length)
            if edit is None:
                return ()
            edits.append(edit)
            done = span.end
        else:
            edits.extend(_spliced(module, form, line_length))
    return tuple(edits)


def scope_doubts(module: Module, form: Form) -> tuple[str, ...]:
    """Why quoting the operands of `form` could hide a name from who evaluates the string."""
    if form.use.place.quoted or module.lexed.block_at(form.use.offset) is None:
        return ()
    names = {
        node.id
        for operand in form.flat
        for node in ast.walk(operand)
        if isinstance(node, ast.Name) and bound_in_block(module, node.id, form.use.offset)
    }
    return tuple(
        f"`{name}` is bound inside a function or class, so a quoted annotation cannot resolve it"
        for name in sorted(names)
    )


def _wraps(form: Form) -> bool:
    """True where what stands around the form binds tighter than `|`."""
    parent = form.use.parents[1]
    if isinstance(parent, ast.Subscript):
        return parent.value is form.node
    if isinstance(parent, ast.BinOp):
        return not isinstance(parent.op, ast.BitOr)
    return isinstance(parent, _TIGHT)


def _in_parentheses(module: Module, form: Form) -> bool:
    inside = form.node.slice
    return isinstance(inside, ast.Tuple) and module.view[form.use.span(inside).start] == 0x28


@dataclass(frozen=True)
class _Gaps:
    """Offsets of what is not operand: `[`, the commas, `]`, and where each operand ends."""

    open: int
    regions: list[Span]
    commas: list[int]
    close: int


def _gaps(module: Module, form: Form) -> _Gaps:
    view, span = module.view, form.span
    opened = view.index(b"[", form.use.span(form.use.node).end)
    spans = [form.use.span(operand) for operand in form.operands]
    close = span.end - 1
    commas = []
    for index, operand in enumerate(spans):
        limit = spans[index + 1].start if index + 1 < len(spans) else close
        comma = _comma(module, operand.end, limit)
        if comma is not None:
            commas.append(comma)
    starts = [_after_space(module, at + 1) for at in (opened, *commas[: len(spans) - 1])]
    ends = [
        _code_end(module, operand.end, stop)
        for operand, stop in zip(spans, [*commas, close][: len(spans)], strict=True)
    ]
    regions = [Span(start, end) for start, end in zip(starts, ends, strict=True)]
    return _Gaps(opened, regions, commas, close)


def _comma(module: Module, start: int, end: int) -> int | None:
    at = module.view.find(b",", start, end)
    while at >= 0 and module.lexed.in_comment(at):
        at = module.view.find(b",", at + 1, end)
    return at if at >= 0 else None


def _after_space(module: Module, offset: int) -> int:
    """The next code byte, comments and line ends passed over."""
    while True:
        offset = _SPACE.match(module.view, offset).end()  # type: ignore[union-attr]
        held = module.lexed.opaque_at(offset) if module.view[offset : offset + 1] == b"#" else None
        if held is None:
            return offset
        offset = held[1]


def _code_end(module: Module, start: int, stop: int) -> int:
    """End of an operand, its closing parentheses included."""
    at = module.view.rfind(b")", start, stop)
    return at + 1 if at >= 0 and not module.lexed.in_comment(at) else start


def _spliced(module: Module, form: Form, line_length: int) -> list[Edit]:
    gaps, span = _gaps(module, form), form.span
    joined = _on_one_line(module, form, gaps)
    lines = [span.start, *(r.start for r in gaps.regions), gaps.close]
    ends = [gaps.open, *(r.end for r in gaps.regions)]
    spread = any(
        b"\n" in module.view[a:b] for a, b in zip([gaps.open, *ends[1:]], [*lines[1:]], strict=True)
    )
    if not spread:
        return joined
    has_comment = any(
        span.start <= start < span.end and not _inside(gaps.regions, start)
        for start, _ in module.lexed.comments
    )
    whole = not any(b"\n" in module.view[r.start : r.end] for r in gaps.regions)
    if not has_comment and whole and _fits(module, span, joined, line_length):
        return joined
    return _on_lines(module, form, gaps, line_length)


def _inside(regions: list[Span], offset: int) -> bool:
    return any(region.start <= offset < region.end for region in regions)


def _on_one_line(module: Module, form: Form, gaps: _Gaps) -> list[Edit]:
    wraps, span = _wraps(form), form.span
    edits = [module.edit(span.start, gaps.regions[0].start, "(" if wraps else "")]
    for left, right in zip(gaps.regions, gaps.regions[1:], strict=False):
        edits.append(module.edit(left.end, right.start, " | "))
    tail = " | None" if form.use.name == "Optional" else ""
    edits.append(module.edit(gaps.regions[-1].end, span.end, tail + (")" if wraps else "")))
    return edits


def _on_lines(module: Module, form: Form, gaps: _Gaps, line_length: int) -> list[Edit]:
    """One operand a line, in parentheses, each operator leading its line."""
    view, span, last = module.view, form.span, gaps.regions[-1]
    edits = [module.edit(span.start, gaps.open + 1, "(")]
    for comma, left, right in zip(gaps.commas, gaps.regions, gaps.regions[1:], strict=False):
        if b"\n" in view[left.end : right.start]:
            edits.append(module.edit(comma, comma + 1, ""))
            edits.append(module.edit(right.start, right.start, "| "))
        else:
            edits.append(module.edit(left.end, right.start, " | "))
    if len(gaps.commas) == len(gaps.regions):
        edits.append(module.edit(gaps.commas[-1], gaps.commas[-1] + 1, ""))
    if form.use.name == "Optional":
        edits.append(_none(module, last, gaps.close, line_length))
    edits.append(module.edit(gaps.close, span.end, ")"))
    return edits


def _none(module: Module, last: Span, close: int, line_length: int) -> Edit:
    """The `| None` of `Optional`: on the operand's line where that is short, or on its own."""
    view = module.view
    newline = view.rfind(b"\n", last.end, close)
    width = last.end - (view.rfind(b"\n", 0, last.end) + 1) + len(" | None")
    alone = b"\n" not in view[last.start : last.end] and b"#" not in view[last.end : close]
    if newline < 0 or (alone and width <= line_length):
        return module.edit(last.end, last.end, " | None")
    ending = "\n"
    if view[newline - 1 : newline] == b"\r":
        newline, ending = newline - 1, "\r\n"
    line = view.rfind(b"\n", 0, last.start) + 1
    indent = _GAP.match(view, line).group().decode()  # type: ignore[union-attr]
    return module.edit(newline, newline, f"{ending}{indent}| None")


def _fits(module: Module, span: Span, edits: list[Edit], line_length: int) -> bool:
    view = module.view
    start = view.rfind(b"\n", 0, span.start) + 1
    end = view.find(b"\n", span.end)
    text = _apply(view[: end if end >= 0 else len(view)], start, edits)
    return all(len(line.rstrip()) <= line_length for line in text.split("\n"))


def _apply(view: bytes, start: int, edits: Sequence[Edit]) -> str:
    """The text from `start` to the end of `view`, with the edits made."""
    pieces, cursor = [], start
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [view[cursor : edit.start], edit.text.encode()]
        cursor = edit.end
    return b"".join([*pieces, view[cursor:]]).decode("utf-8", "replace")


def _rebuilt(module: Module, form: Form, group: list[Form], line_length: int) -> Edit | None:
    """The whole form anew: for repeated operands, quoted operands and odd parentheses."""
    span = form.span
    if any(span.start <= start < span.end for start, _ in module.lexed.comments):
        return None
    quoting = form.has_string and not form.use.place.quoted
    joined = _joined(module, form, group, quoting=quoting or bool(form.use.place.quoted))
    if joined is None:
        return None
    if quoting:
        quote = next((q for q in (*_quotes(module, form), '"', "'") if q not in joined), None)
        if quote is None:
            return None
        joined = quote + joined + quote
    elif _wraps(form) and " | " in joined:
        joined = f"({joined})"
    edit = module.edit(span.start, span.end, joined)
    spread = b"\n" in module.view[span.start : span.end]
    return None if spread and not _fits(module, span, [edit], line_length) else edit


def _joined(module: Module, form: Form, group: list[Form], *, quoting: bool) -> str | None:
    """The operands with `|` between them, each once; None where they do not fit on one line."""
    texts: dict[str, None] = {}
    for owner, node in _owned(form):
        text = "None" if _is_none(node) else _operand_text(module, owner, node, group, quoting)
        if text is None or "\n" in text:
            return None
        texts[text] = None
    return " | ".join(texts)


def _quotes(module: Module, form: Form) -> Iterator[str]:
    """The kinds of quotes that the form's own operands use."""
    for owner, node in _owned(form):
        if _is_string(node):
            yield chr(module.view[owner.use.span(node).end - 1])


def _owned(form: Form) -> list[tuple[Form, ast.expr]]:
    """The flat operands, each with the form it is written in."""
    found: list[tuple[Form, ast.expr]] = []
    for operand in form.operands:
        inner = form.nested.get(id(operand))
        found.extend(_owned(inner) if inner else [(form, operand)])
    if form.use.name == "Optional":
        found.append((form, ast.Constant(None)))
    return found


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_string(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _operand_text(
    module: Module, form: Form, node: ast.expr, group: list[Form], quoting: bool
) -> str | None:
    """An operand as it will read, forms inside it rewritten; without quotes inside quotes."""
    span = form.use.span(node)
    edits: list[Edit] = []
    done = -1
    for other in group:
        inner = other.span
        if not span.start <= inner.start < span.end or inner.start < done:
            continue
        text = _joined(module, other, group, quoting=quoting)
        if text is None or (other.has_string and not quoting):
            return None
        edits.append(module.edit(inner.start, inner.end, f"({text})" if _wraps(other) else text))
        done = inner.end
    for string in _forward_references(node) if quoting else ():
        held = form.use.span(string)
        if any(edit.start <= held.start < edit.end for edit in edits):
            continue
        inside = plain_literal(module, held)
        if inside is None:
            return None
        edits += [
            module.edit(held.start, inside.start, ""),
            module.edit(inside.end, held.end, ""),
        ]
    return _apply(module.view[: span.end], span.start, edits)


def _forward_references(node: ast.AST) -> Iterator[ast.Constant]:
    """The strings in a type expression that stand for types."""
    if _is_string(node):
        yield node
    elif isinstance(node, ast.Subscript):
        name = dotted(node.value).rpartition(".")[2]
        inside = node.slice
        if name == "Annotated" and isinstance(inside, ast.Tuple):
            yield from _forward_references(inside.elts[0])
        elif name != "Literal":
            yield from _forward_references(inside)
    elif isinstance(node, ast.Tuple | ast.List | ast.BinOp):
        for child in ast.iter_child_nodes(node):
            yield from _forward_references(child)
