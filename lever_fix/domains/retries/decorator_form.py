"""`@retry(…)` above a function that is nothing but a retry loop."""

from __future__ import annotations

import ast

from lever_fix.domains.retries.again import TRY_AGAIN
from lever_fix.domains.retries.arguments import Arguments
from lever_fix.domains.retries.kept import guarded, keeps
from lever_fix.domains.retries.layout import call, lost_comments
from lever_fix.domains.retries.model import (
    FunctionNode,
)
from lever_fix.domains.retries.syntax import loaded, stored
from lever_fix.domains.retries.wording import as_is, said, statements_span
from lever_fix.domains.retries.writer import Rewrite, Writer
from lever_fix.model import Span
from lever_fix.semantics.scopes import scopes


def may_decorate(writer: Writer) -> bool:
    """Whether the function is the loop and nothing else."""
    retry, around = writer.retry, writer.around
    if not around.whole or not writer.finale.decorable or retry.lead:
        return False
    if writer.finale.after or around.carried:
        return False
    counters = {*retry.head.counters, *retry.head.accumulators}
    tried = [*retry.attempt.body, *retry.attempt.finalbody, *retry.moved]
    inside = [step.node for one in retry.clauses for step in one.inside]
    if retry.head.delays:
        counters.add(retry.head.delays[0])
    return not counters & (loaded([*tried, *inside]) | stored([*tried, *inside]))


def fits_decorator(writer: Writer, arguments: Arguments) -> bool:
    """Whether what is called with is known when the module is imported."""
    local = writer.around.local
    if (arguments.reads | arguments.closes_over) & local:
        return False
    if any("self" in one.split(".") for one in arguments.reads):
        return False
    return all(writer.around.is_fixed(name) for name in arguments.reads) and not any(
        writer.around.is_dynamic(text)
        for text in arguments.texts
        if text.startswith(("stop=", "wait="))
    )


def decorated(writer: Writer, function: FunctionNode, arguments: Arguments) -> Rewrite:
    """`@retry(…)` above the function, which does one attempt."""
    module = writer.module
    first = function.decorator_list[0] if function.decorator_list else None
    indent = writer.indent_of(function)
    inner = writer.indent_of(function.body[0])
    unit = inner.removeprefix(indent) or "    "
    texts = [writer.spelled(one) for one in arguments.texts]
    decorator = call(f"@{writer.prefix}retry", texts, indent, "", writer.width)
    text = _attempt(writer, inner, unit)
    start = writer.above_comments(statements_span(module, [writer.around.block[0]]).start)
    region = Span(start, statements_span(module, [writer.around.block[-1]]).end)
    kept, dropped = lost_comments(module, region, text)
    above = "".join(f"{indent}{comment}\n" for comment in kept)
    at = writer.line_start(module.span(function).start)
    edits = [
        module.edit(at, at, writer.newlines(f"{above}{decorator}\n")),
        writer.edit(region, text),
    ]
    if arguments.functions:
        top, outer_indent = _place_above(writer, function, first)
        blank = "\n\n" if not outer_indent else "\n"
        code = "".join(
            f"{writer.defined(one, outer_indent, unit)}\n{blank}" for one in arguments.functions
        )
        edits.insert(0, module.edit(top, top, writer.newlines(code)))
    names = [*arguments.names, "retry", *([TRY_AGAIN] if writer.retry.again else [])]
    if writer.setting.typed and arguments.functions:
        names.append("RetryCallState")
    unbound = writer.unbound() | {one.name for one in arguments.functions}
    doubts = (*arguments.doubts, *writer.doubts())
    return Rewrite(
        tuple(edits),
        writer.imports(names),
        tuple(dropped),
        unbound,
        doubts,
        "decorator",
        writer.freed(),
        arguments.reads,
    )


def _attempt(writer: Writer, inner: str, unit: str) -> str:
    """The body of the decorated function: one attempt."""
    module, retry = writer.module, writer.retry
    statements = list(retry.result.body if retry.result else retry.attempt.body)
    extra = list(writer.finale.inside)
    if isinstance((extra or statements)[-1], ast.Break):
        (extra or statements).pop()
    if keeps(retry):
        body = said(module, statements, inner + unit) if statements else f"{inner}{unit}pass"
        parts = [guarded(module, retry, body, inner, unit, lambda _: as_is)]
        parts += [said(module, extra, inner)] if extra else []
    else:
        parts = [said(module, part, inner) for part in (statements, extra) if part]
    parts += [said(module, retry.moved, inner)] if retry.moved else []
    parts += [f"{inner}raise {writer.prefix}{TRY_AGAIN}"] if retry.again else []
    parts += [said(module, writer.finale.returns, inner)] if writer.finale.returns else []
    text = "\n".join(parts) or f"{inner}pass"
    if retry.result is not None:
        name = retry.result.name
        simple = len(statements) == 1 and text.startswith(f"{inner}{name} = ")
        text = (
            text.replace(f"{name} = ", "return ", 1) if simple else f"{text}\n{inner}return {name}"
        )
    return text


def _place_above(writer: Writer, function: FunctionNode, first: ast.expr | None) -> tuple[int, str]:
    """Where a function that the decorator names goes, and its indentation."""
    top: ast.AST = function
    for above in scopes(writer.module).ancestors(function):
        if isinstance(above, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            top = above
    decorators = getattr(top, "decorator_list", [])
    node = decorators[0] if decorators else top
    return writer.above_comments(writer.line_start(writer.module.span(node).start)), ""
