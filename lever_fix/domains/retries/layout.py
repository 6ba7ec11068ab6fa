"""Code laid out the way a formatter would leave it, and comments that lost their place."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence

from lever_fix.model import Span
from lever_fix.semantics.lexical import lex
from lever_fix.semantics.module import Module

_PRAGMA = re.compile(
    r"#\s*(?:noqa|type:|pragma|pylint|fmt:|nosec|ruff:|mypy:|pyright:|isort:|flake8|yapf)", re.I
)


def call(head: str, arguments: Sequence[str], indent: str, tail: str, width: int) -> str:
    """A call on one line if it fits, else with one argument a line."""
    short = f"{indent}{head}({', '.join(arguments)}){tail}"
    if len(short) <= width and len(arguments) < 4:
        return short
    inner = indent + "    "
    lines = [f"{indent}{head}("]
    lines += [_argument(one, inner, width) for one in arguments]
    lines.append(f"{indent}){tail}")
    return "\n".join(lines)


def _argument(text: str, indent: str, width: int) -> str:
    """One argument on a line of its own, broken up where it is too long."""
    line = f"{indent}{text},"
    if len(line) <= width:
        return line
    name, _, value = text.partition("=")
    try:
        tree = ast.parse(value, mode="eval").body
    except SyntaxError:
        return line
    deeper = indent + "    "
    if isinstance(tree, ast.Call) and (tree.args or tree.keywords):
        parts = [ast.get_source_segment(value, one) or "" for one in tree.args]
        parts += [f"{one.arg}={ast.get_source_segment(value, one.value)}" for one in tree.keywords]
        function = ast.get_source_segment(value, tree.func)
        if len(parts) == 1 and isinstance(tree.args[0] if tree.args else None, ast.Tuple):
            inside = ", ".join(parts)[1:-1]
            rows = [f"{deeper}{one.strip()}," for one in inside.split(",") if one.strip()]
            return "\n".join([f"{indent}{name}={function}((", *rows, f"{indent})),"])
        if len(parts) == 1 and isinstance(tree.args[0] if tree.args else None, ast.Lambda):
            return _lambda(name, function or "", tree.args[0], value, indent, width)
        if len(parts) == 1:
            return "\n".join([f"{indent}{name}={function}(", f"{deeper}{parts[0]}", f"{indent}),"])
        rows = [f"{deeper}{one}," for one in parts]
        return "\n".join([f"{indent}{name}={function}(", *rows, f"{indent}),"])
    if isinstance(tree, ast.BinOp):
        left = ast.get_source_segment(value, tree.left)
        right = ast.get_source_segment(value, tree.right)
        sign = value[len(left or "") :].strip()[:1]
        rows = [f"{indent}{name}=(", f"{deeper}{left}", f"{deeper}{sign} {right}", f"{indent}),"]
        return "\n".join(rows)
    return line


def _lambda(name: str, function: str, node: ast.expr, value: str, indent: str, width: int) -> str:
    """A predicate on lines of its own, its conditions one below the other where it is long."""
    deeper = indent + "    "
    text = ast.get_source_segment(value, node) or ""
    if len(deeper) + len(text) <= width or not isinstance(node, ast.Lambda):
        return "\n".join([f"{indent}{name}={function}(", f"{deeper}{text}", f"{indent}),"])
    head, body = text.split(":", 1)[0], node.body
    rows = [ast.get_source_segment(value, body) or ""]
    if isinstance(body, ast.BoolOp):
        word = "and" if isinstance(body.op, ast.And) else "or"
        parts = [_operand(value, one) for one in body.values]
        rows = [parts[0], *(f"{word} {part}" for part in parts[1:])]
    inside = [f"{deeper}    {row}" for row in rows]
    return "\n".join(
        [f"{indent}{name}={function}(", f"{deeper}{head}: (", *inside, f"{deeper})", f"{indent}),"]
    )


def _operand(value: str, node: ast.expr) -> str:
    text = ast.get_source_segment(value, node) or ""
    return f"({text})" if isinstance(node, ast.BoolOp | ast.IfExp) else text


def fitted(text: str, width: int) -> str:
    """A statement that is one call, with one argument a line where it is too long."""
    if len(text) <= width or "\n" in text or "#" in text:
        return text
    try:
        found = ast.parse(text).body
    except SyntaxError:
        return text
    match found:
        case [ast.Expr(value=ast.Call() as made)] if made.args or made.keywords:
            parts = [ast.get_source_segment(text, one) or "" for one in made.args]
            parts += [
                f"{one.arg}={ast.get_source_segment(text, one.value)}" for one in made.keywords
            ]
            function = ast.get_source_segment(text, made.func)
            row = f"    {', '.join(parts)}"
            short = len(row) <= width or len(parts) == 1
            rows = [row] if short else [f"    {one}," for one in parts]
            return "\n".join([f"{function}(", *rows, ")"])
    return text


def indented(text: str, indent: str) -> str:
    """Every line that is not blank, indented; not for text with strings over several lines."""
    return "\n".join(f"{indent}{line}" if line.strip() else line for line in text.split("\n"))


def lost_comments(module: Module, span: Span, new: str) -> tuple[list[str], list[str]]:
    """Comments of a span that its new text lacks: those worth keeping, and those to be dropped."""
    before = [
        module.view[start:end].decode()
        for start, end in module.lexed.comments
        if span.start <= start < span.end
    ]
    text = new.encode()
    left = Counter(text[start:end].decode() for start, end in lex(text).comments)
    kept: list[str] = []
    dropped: list[str] = []
    for comment in before:
        if left[comment] > 0:
            left[comment] -= 1
        elif _PRAGMA.match(comment):
            dropped.append(comment)
        else:
            kept.append(comment)
    return kept, dropped
