"""`for attempt in Retrying(…): with attempt: …` in the place of a loop."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial

from lever_fix.domains.retries.again import TRY_AGAIN
from lever_fix.domains.retries.arguments import Arguments
from lever_fix.domains.retries.kept import guarded, keeps
from lever_fix.domains.retries.layout import call, fitted, indented, lost_comments
from lever_fix.domains.retries.model import (
    NotRewritableError,
    RetryLoop,
)
from lever_fix.domains.retries.syntax import called, is_log, own, stored
from lever_fix.domains.retries.wording import (
    Saying,
    comparing,
    either,
    numbered,
    said,
    statements_span,
)
from lever_fix.domains.retries.writer import Rewrite, Writer
from lever_fix.model import Edit, Span


def looped(writer: Writer, arguments: Arguments) -> Rewrite:
    """`for attempt in Retrying(…): with attempt: …` in the place of the loop."""
    _check_stops(writer)
    module, retry, loop = writer.module, writer.retry, writer.retry.loop
    span = statements_span(module, [loop])
    indent = writer.indent_of(loop)
    unit = writer.indent_of(loop.body[0]).removeprefix(indent) or "    "
    attempt = writer.around.attempt
    outer = bool(writer.finale.handlers)
    head_indent = indent + unit if outer else indent
    kind = "AsyncRetrying" if retry.is_async else "Retrying"
    texts = [writer.spelled(one) for one in arguments.texts]
    word = "async for" if retry.is_async else "for"
    head = call(f"{word} {attempt} in {writer.prefix}{kind}", texts, head_indent, ":", writer.width)
    functions = [writer.defined(one, indent, unit) for one in arguments.functions]
    lines: list[str] = []
    lines += [f"{indent}try:"] if outer else []
    lines.append(head)
    say = _saying(retry, attempt, frozenset())
    _check_uses(writer, retry.lead)
    for one in retry.lead:
        text = said(module, [one], head_indent + unit, say)
        if "\n" not in text:
            short = fitted(text.strip(), writer.width - len(head_indent + unit))
            text = indented(short, head_indent + unit)
        lines.append(text)
    lines.append(f"{head_indent}{unit}with {attempt}:")
    body, tail = _body(writer, head_indent + unit * 2, unit, attempt)
    lines.append(body)
    if retry.orelse:
        lines += [f"{head_indent}else:", said(module, retry.orelse, head_indent + unit)]
    lines += [one.text(module, indent, unit, attempt) for one in writer.finale.handlers]
    lines += [f"{indent}{one}" for one in tail]
    if not tail and writer.finale.after:
        lines.append(said(module, writer.finale.after, indent))
    text = "\n".join(lines)
    region = _region(writer, span)
    kept, dropped = lost_comments(module, region, "\n".join([*functions, text]))
    text = "\n".join([*(f"{indent}{comment}" for comment in kept), text])
    edits = [writer.edit(region, text), *writer.removed()]
    if functions:
        edits.insert(0, _inserted(writer, span.start, "\n".join(functions)))
    names = [*arguments.names, kind, *([TRY_AGAIN] if retry.again else [])]
    if writer.setting.typed and arguments.functions:
        names.append("RetryCallState")
    unbound = writer.unbound() | {attempt, "result", *(one.name for one in arguments.functions)}
    doubts = (*arguments.doubts, *writer.doubts())
    return Rewrite(
        tuple(edits), writer.imports(names), tuple(dropped), unbound, doubts, "loop", writer.freed()
    )


def _inserted(writer: Writer, at: int, text: str) -> Edit:
    """Functions put above a loop and the comments on it, an empty line before and after."""
    at = writer.above_comments(at)
    above = writer.line_above(at)
    before = above and writer.line_above(writer.above_obsolete(at))
    gap = "\n" if before and not before.endswith(b":") else ""
    return writer.module.edit(at, at, writer.newlines(f"{gap}{text}\n"))


def _region(writer: Writer, span: Span) -> Span:
    """The loop, with the statements behind it that go with it."""
    if not writer.finale.tail:
        return span
    return Span(span.start, statements_span(writer.module, writer.finale.tail).end)


def _body(writer: Writer, indent: str, unit: str, attempt: str) -> tuple[str, list[str]]:
    """The attempt, and lines that follow the loop."""
    module, retry = writer.module, writer.retry

    saying = partial(_saying, retry, attempt)
    whole, stays, say = indent, keeps(retry), saying(frozenset())
    indent += unit if stays else ""
    statements = list(retry.attempt.body)
    _check_uses(writer, [*statements, *retry.moved])
    quiet = [*writer.finale.inside]
    if quiet and isinstance(quiet[-1], ast.Break) and not retry.orelse:
        quiet.pop()
    elif (
        not quiet
        and isinstance(statements[-1], ast.Break)
        and len(statements) > 1
        and not retry.orelse
    ):
        statements.pop()
    tail: list[str] = []
    parts: list[str] = []
    returned = _returned(writer, statements)
    if returned is not None:
        *statements, last = statements
        named = _named(returned, statements)
        tail = [f"return {named or 'result'}"]
        parts = [said(module, statements, indent, say)] if statements else []
        value = said(module, [last], indent, say)
        parts += [] if named else [value.replace("return ", "result = ", 1)]
    else:
        parts = [said(module, statements, indent, say)]
    if stays:
        parts = [guarded(module, retry, "\n".join(parts), whole, unit, saying)]
    parts += [said(module, retry.moved, whole, say)] if retry.moved else []
    parts += [f"{whole}raise {writer.prefix}{TRY_AGAIN}"] if retry.again else []
    if quiet:
        parts.append(said(module, quiet, whole, say))
    return "\n".join(parts), tail


def _saying(retry: RetryLoop, attempt: str, bumped: frozenset[str]) -> Saying:
    """Says counts, and questions about them, by the number of the attempt."""
    number = f"{attempt}.retry_state.attempt_number"
    counters = retry.head.counters
    return either(comparing(counters, bumped, number), numbered(counters, bumped, number))


def _returned(writer: Writer, statements: Sequence[ast.stmt]) -> ast.expr | None:
    """What the only `return` gives, where a type checker wants it behind the loop."""
    function = writer.retry.function
    tail = writer.finale.tail
    following = [one for one in writer.around.following if not any(one is x for x in tail)]
    if function is None or not writer.setting.typed or following:
        return None
    if writer.finale.kind == "fall" or writer.finale.falls or writer.finale.after:
        return None
    if isinstance(function.returns, ast.Constant) and function.returns.value is None:
        return None
    found = [node for node in own(writer.retry.attempt.body) if isinstance(node, ast.Return)]
    last = statements[-1]
    if len(found) != 1 or found[0] is not last or writer.around.nested:
        return None
    given = found[0].value
    taken = "result" in writer.around.names and not _named(given, statements[:-1])
    return None if writer.retry.orelse or taken else given


def _named(value: ast.expr | None, statements: Sequence[ast.stmt]) -> str:
    """The variable that is given, where the statements before set it; empty for anything else."""
    return value.id if isinstance(value, ast.Name) and value.id in stored(statements) else ""


def _check_uses(writer: Writer, statements: Sequence[ast.stmt]) -> None:
    """Refuse a counter that the attempt itself depends on, other than to ask or log."""
    head = writer.retry.head
    changing = {*head.counters, *head.accumulators, *([head.delays[0]] if head.delays else [])}
    compared = comparing(head.counters, frozenset(), "number")
    told = {
        id(name)
        for node in own(statements)
        if (isinstance(node, ast.Expr) and is_log(writer.module, node))
        or (isinstance(node, ast.Compare) and compared(node))
        for name in ast.walk(node)
    }
    for start in statements:
        for node in ast.walk(start):
            if not isinstance(node, ast.Name) or node.id not in changing:
                continue
            if node.id not in head.counters or id(node) not in told:
                raise NotRewritableError("counter-is-data", f"`{node.id}` is more than a count")


def _check_stops(writer: Writer) -> None:
    """Refuse an attempt that may raise what ends an iteration, and so the loop around it."""
    function = writer.around.function
    body = writer.retry.attempt.body
    raised = any(
        isinstance(node, ast.Raise) and node.exc and "StopIteration" in ast.unparse(node.exc)
        for node in own(body)
    )
    asks = any(
        called(writer.module, node) == "builtins.next" and len(node.args) == 1
        for node in own(body)
        if isinstance(node, ast.Call)
    )
    if raised or asks or getattr(function, "name", "") in ("__next__", "__anext__"):
        raise NotRewritableError("stop-iteration", "`StopIteration` would end the loop around it")
