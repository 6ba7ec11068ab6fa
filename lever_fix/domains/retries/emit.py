"""A retry written with tenacity, as edits of the module it stands in."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lever_fix.domains.retries.arguments import TENACITY, Arguments, Named, arguments_of
from lever_fix.domains.retries.callbacks import Setting
from lever_fix.domains.retries.delays import STATE
from lever_fix.domains.retries.endings import FINAL_SLEEP, Finale, finale_of
from lever_fix.domains.retries.layout import call, fitted, indented, lost_comments
from lever_fix.domains.retries.model import (
    FunctionNode,
    NotRewritableError,
    ResultTest,
    RetryLoop,
)
from lever_fix.domains.retries.surroundings import Surroundings, surroundings_of
from lever_fix.domains.retries.syntax import is_log, loaded, own, stored
from lever_fix.domains.retries.wording import numbered, said, statements_span
from lever_fix.index.project import Project
from lever_fix.model import Edit, Import, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


@dataclass(frozen=True)
class Rewrite:
    """What is to be written in the place of a loop.

    Attributes:
        edits: The edits.
        imports: What they need from tenacity.
        dropped: Comments that go.
        unbound: Names that are bound no more, or newly.
        doubts: What could not be shown.
        form: `decorator` or `loop`.
        freed: Imported names that may be needed no more.
    """

    edits: tuple[Edit, ...]
    imports: tuple[Import, ...]
    dropped: tuple[str, ...]
    unbound: frozenset[str]
    doubts: tuple[str, ...]
    form: str
    freed: tuple[str, ...] = ()


def rewritten(module: Module, project: Project, retry: RetryLoop) -> Rewrite:
    """Write a retry with tenacity.

    Raises:
        NotRewritableError: It cannot be written so that it does the same.
    """
    function = retry.function
    typed = function is not None and _is_typed(function)
    column = module.span(retry.loop).start - module.view.rfind(
        b"\n", 0, module.span(retry.loop).start
    )
    setting = Setting(module, retry, typed, width=project.line_length - column - 4)
    around = surroundings_of(module, retry)
    if retry.result is not None:
        return _asking(module, project, setting, around, retry.result)
    finale = finale_of(module, retry, around)
    writer = _Writer(module, project, setting, around, finale)
    if function is not None and writer.may_decorate(function):
        suffix = "_" + function.name.strip("_")
        arguments = arguments_of(setting, finale.kind, suffix, finale.gives)
        if writer.fits_decorator(function, arguments):
            names = [*arguments.names, "retry", "RetryCallState"]
            writer = replace(writer, prefix=writer.prefix_for(names))
            return writer.decorated(function, arguments)
    arguments = arguments_of(setting, finale.kind, "")
    names = [*arguments.names, "Retrying", "AsyncRetrying", "RetryCallState"]
    return replace(writer, prefix=writer.prefix_for(names)).looped(arguments)


def _asking(
    module: Module, project: Project, setting: Setting, around: Surroundings, asked: ResultTest
) -> Rewrite:
    """A retry on a bad result, which has to be a function of its own."""
    retry, function = setting.retry, around.function
    sleeps = tuple([FINAL_SLEEP] if any(one.sleeps_at_end for one in retry.clauses) else [])
    kind = "fall" if asked.gives else "result"
    finale = Finale(kind, asked.gives, doubts=sleeps)
    writer = _Writer(module, project, setting, around, finale)
    suffix = "_" + function.name.strip("_")
    arguments = arguments_of(setting, kind, suffix, asked.gives)
    if not writer.may_decorate(function) or not writer.fits_decorator(function, arguments):
        raise NotRewritableError("result-decides", "a retry on a result is a function of its own")
    names = [*arguments.names, "retry", "RetryCallState"]
    return replace(writer, prefix=writer.prefix_for(names)).decorated(function, arguments)


def _is_typed(function: FunctionNode) -> bool:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return function.returns is not None or any(one.annotation for one in every)


@dataclass(frozen=True, eq=False)
class _Writer:
    module: Module
    project: Project
    setting: Setting
    around: Surroundings
    finale: Finale
    prefix: str = ""

    @property
    def retry(self) -> RetryLoop:
        return self.setting.retry

    def prefix_for(self, names: Sequence[str]) -> str:
        """What stands before tenacity's names: nothing, or `tenacity.`."""
        return "tenacity." if self.around.qualified or self.around.taken & set(names) else ""

    def spelled(self, text: str) -> str:
        """Arguments with tenacity's names as the file imports them."""
        return TENACITY.sub(lambda match: self.prefix + match[0], text) if self.prefix else text

    def imports(self, names: Sequence[str]) -> tuple[Import, ...]:
        """What the rewritten code needs."""
        if self.prefix:
            return (Import("tenacity"),)
        return tuple(Import("tenacity", name) for name in sorted(set(names)))

    # The loop form.

    def looped(self, arguments: Arguments) -> Rewrite:
        """`for attempt in Retrying(…): with attempt: …` in the place of the loop."""
        module, retry, loop = self.module, self.retry, self.retry.loop
        span = statements_span(module, [loop])
        indent = self.indent_of(loop)
        unit = self.indent_of(loop.body[0]).removeprefix(indent) or "    "
        attempt = self.around.attempt
        outer = bool(self.finale.handlers)
        head_indent = indent + unit if outer else indent
        kind = "AsyncRetrying" if retry.is_async else "Retrying"
        texts = [self.spelled(one) for one in arguments.texts]
        word = "async for" if retry.is_async else "for"
        head = call(f"{word} {attempt} in {self.prefix}{kind}", texts, head_indent, ":", self.width)
        functions = [self.defined(one, indent, unit) for one in arguments.functions]
        lines: list[str] = []
        lines += [f"{indent}try:"] if outer else []
        lines.append(head)
        say = numbered(retry.head.counters, frozenset(), f"{attempt}.retry_state.attempt_number")
        self.check_uses(retry.lead)
        for one in retry.lead:
            text = said(module, [one], head_indent + unit, say)
            if "\n" not in text:
                short = fitted(text.strip(), self.width - len(head_indent + unit))
                text = indented(short, head_indent + unit)
            lines.append(text)
        lines.append(f"{head_indent}{unit}with {attempt}:")
        body, tail = self.body(head_indent + unit * 2, say)
        lines.append(body)
        if retry.orelse:
            lines += [f"{head_indent}else:", said(module, retry.orelse, head_indent + unit)]
        lines += [one.text(module, indent, unit, attempt) for one in self.finale.handlers]
        lines += [f"{indent}{one}" for one in tail]
        if not tail and self.finale.after:
            lines.append(said(module, self.finale.after, indent))
        text = "\n".join(lines)
        region = self.region(span)
        kept, dropped = lost_comments(module, region, "\n".join([*functions, text]))
        text = "\n".join([*(f"{indent}{comment}" for comment in kept), text])
        edits = [self.edit(region, text), *self.removed()]
        if functions:
            edits.insert(0, self.inserted(span.start, "\n".join(functions)))
        names = [*arguments.names, kind]
        if self.setting.typed and arguments.functions:
            names.append("RetryCallState")
        unbound = self.unbound() | {attempt, "result", *(one.name for one in arguments.functions)}
        doubts = (*arguments.doubts, *self.finale.doubts)
        return Rewrite(
            tuple(edits), self.imports(names), tuple(dropped), unbound, doubts, "loop", self.freed()
        )

    def inserted(self, at: int, text: str) -> Edit:
        """Functions put above a loop and the comments on it, an empty line before and after."""
        at = self.above_comments(at)
        before = self.line_above(at)
        gap = "\n" if before and not before.endswith(b":") else ""
        return self.module.edit(at, at, self.newlines(f"{gap}{text}\n"))

    def above_comments(self, at: int) -> int:
        """Start of the comment lines that stand right above a line."""
        while self.line_above(at).startswith(b"#"):
            at = self.line_start(at - 1)
        return at

    def line_above(self, at: int) -> bytes:
        return self.module.view[self.line_start(at - 1) : at].strip() if at else b""

    def region(self, span: Span) -> Span:
        """The loop, with the statements behind it that go with it."""
        if not self.finale.tail:
            return span
        return Span(span.start, statements_span(self.module, self.finale.tail).end)

    def body(self, indent: str, say: object) -> tuple[str, list[str]]:
        """The attempt, and lines that follow the loop."""
        module, retry = self.module, self.retry
        statements = list(retry.attempt.body)
        self.check_uses(statements)
        quiet = [*self.finale.inside]
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
        returned = self.returned(statements)
        if returned is not None:
            *statements, last = statements
            tail = ["return result"]
            parts = [said(module, statements, indent, say)] if statements else []  # type: ignore[arg-type]
            value = said(module, [last], indent, say)  # type: ignore[arg-type]
            parts.append(value.replace("return ", "result = ", 1))
        else:
            parts = [said(module, statements, indent, say)]  # type: ignore[arg-type]
        if quiet:
            parts.append(said(module, quiet, indent, say))  # type: ignore[arg-type]
        return "\n".join(parts), tail

    def returned(self, statements: Sequence[ast.stmt]) -> ast.expr | None:
        """What the only `return` gives, where a type checker wants it behind the loop."""
        function = self.retry.function
        if function is None or not self.setting.typed or self.around.following:
            return None
        if self.finale.kind != "raise" or self.finale.falls or self.finale.after:
            return None
        if isinstance(function.returns, ast.Constant) and function.returns.value is None:
            return None
        found = [node for node in own(self.retry.attempt.body) if isinstance(node, ast.Return)]
        last = statements[-1]
        if len(found) != 1 or found[0] is not last or self.around.nested:
            return None
        if "result" in self.around.names:
            return None
        return found[0].value

    def check_uses(self, statements: Sequence[ast.stmt]) -> None:
        """Refuse a counter that the attempt itself depends on."""
        changing = {*self.retry.head.counters, *self.retry.head.accumulators}
        if self.retry.head.delays:
            changing.add(self.retry.head.delays[0])
        for node in own(statements):
            if isinstance(node, ast.stmt) and not hasattr(node, "body"):
                used = loaded([node]) & changing
                if used - self.retry.head.counters.keys() or (
                    used and not is_log(self.module, node)
                ):
                    raise NotRewritableError(
                        "counter-is-data", f"`{min(used)}` is more than a count"
                    )
            elif isinstance(node, ast.If | ast.While) and loaded([node.test]) & changing:
                raise NotRewritableError("counter-is-data", "a count decides what is tried")
            elif isinstance(node, ast.With | ast.AsyncWith):
                if loaded([one.context_expr for one in node.items]) & changing:
                    raise NotRewritableError("counter-is-data", "a count is used in an attempt")
            elif isinstance(node, ast.For | ast.AsyncFor) and loaded([node.iter]) & changing:
                raise NotRewritableError("counter-is-data", "a count is used in an attempt")

    # The decorator form.

    def may_decorate(self, function: FunctionNode) -> bool:
        """Whether the function is the loop and nothing else."""
        retry, around = self.retry, self.around
        if not around.whole or not self.finale.decorable or retry.lead:
            return False
        if self.finale.after or around.carried:
            return False
        counters = {*retry.head.counters, *retry.head.accumulators}
        if retry.head.delays:
            counters.add(retry.head.delays[0])
        return not counters & loaded(retry.attempt.body)

    def fits_decorator(self, function: FunctionNode, arguments: Arguments) -> bool:
        """Whether what is called with is known when the module is imported."""
        local = self.around.local
        if (arguments.reads | arguments.closes_over) & local:
            return False
        if any("self" in one.split(".") for one in arguments.reads):
            return False
        return all(self.around.is_fixed(name) for name in arguments.reads) and not any(
            self.around.is_dynamic(text)
            for text in arguments.texts
            if text.startswith(("stop=", "wait="))
        )

    def decorated(self, function: FunctionNode, arguments: Arguments) -> Rewrite:
        """`@retry(…)` above the function, which does one attempt."""
        module, retry = self.module, self.retry
        first = function.decorator_list[0] if function.decorator_list else None
        indent = self.indent_of(function)
        inner = self.indent_of(function.body[0])
        unit = inner.removeprefix(indent) or "    "
        texts = [self.spelled(one) for one in arguments.texts]
        decorator = call(f"@{self.prefix}retry", texts, indent, "", self.width)
        statements = list(retry.result.body if retry.result else retry.attempt.body)
        extra = list(self.finale.inside)
        if isinstance((extra or statements)[-1], ast.Break):
            (extra or statements).pop()
        parts = [said(module, part, inner) for part in (statements, extra) if part]
        parts += [said(module, self.finale.returns, inner)] if self.finale.returns else []
        text = "\n".join(parts) or f"{inner}pass"
        if retry.result is not None:
            name = retry.result.name
            simple = len(statements) == 1 and text.startswith(f"{inner}{name} = ")
            text = (
                text.replace(f"{name} = ", "return ", 1)
                if simple
                else f"{text}\n{inner}return {name}"
            )
        start = statements_span(module, [self.around.block[0]]).start
        region = Span(start, statements_span(module, [self.around.block[-1]]).end)
        kept, dropped = lost_comments(module, region, text)
        above = "".join(f"{indent}{comment}\n" for comment in kept)
        at = self.line_start(module.span(function).start)
        edits = [
            module.edit(at, at, self.newlines(f"{above}{decorator}\n")),
            self.edit(region, text),
        ]
        if arguments.functions:
            top, outer_indent = self.place_above(function, first)
            blank = "\n\n" if not outer_indent else "\n"
            code = "".join(
                f"{self.defined(one, outer_indent, unit)}\n{blank}" for one in arguments.functions
            )
            edits.insert(0, module.edit(top, top, self.newlines(code)))
        names = [*arguments.names, "retry"]
        if self.setting.typed and arguments.functions:
            names.append("RetryCallState")
        unbound = self.unbound() | {one.name for one in arguments.functions}
        doubts = (*arguments.doubts, *self.finale.doubts)
        return Rewrite(
            tuple(edits),
            self.imports(names),
            tuple(dropped),
            unbound,
            doubts,
            "decorator",
            self.freed(),
        )

    def place_above(self, function: FunctionNode, first: ast.expr | None) -> tuple[int, str]:
        """Where a function that the decorator names goes, and its indentation."""
        top: ast.AST = function
        for above in scopes(self.module).ancestors(function):
            if isinstance(above, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                top = above
        decorators = getattr(top, "decorator_list", [])
        node = decorators[0] if decorators else top
        return self.above_comments(self.line_start(self.module.span(node).start)), ""

    # Small things.

    @property
    def width(self) -> int:
        return self.project.line_length

    def defined(self, named: Named, indent: str, unit: str) -> str:
        """A function that tenacity calls."""
        made = named.callback
        typed = self.setting.typed
        word = "async def" if made.awaits else "def"
        gives = {"delay": "float", "last": "object"}.get(named.name.partition("_")[0], "None")
        state = STATE if re.search(rf"\b{STATE}\b", made.body) else "_"
        state += f": {self.prefix}RetryCallState" if typed else ""
        head = f"{word} {named.name}({state}){f' -> {gives}' if typed else ''}:"
        body = indented(self.spelled(made.body), unit)
        return indented(f"{head}\n{body}", indent) + ("\n" if indent else "")

    def indent_of(self, node: ast.stmt) -> str:
        start = self.module.span(node).start
        return self.module.view[self.line_start(start) : start].decode()

    def line_start(self, offset: int) -> int:
        return self.module.view.rfind(b"\n", 0, offset) + 1

    def edit(self, span: Span, text: str) -> Edit:
        return self.module.edit(span.start, span.end, self.newlines(text))

    def newlines(self, text: str) -> str:
        newline = self.module.source.newline
        return text.replace("\n", newline) if newline != "\n" else text

    def removed(self) -> list[Edit]:
        """Edits that take away the assignments made for the loop alone."""
        edits = []
        for statement in self.around.obsolete:
            span = statements_span(self.module, [statement])
            comments = [s for s, e in self.module.lexed.comments if span.start <= s < span.end]
            if comments:
                raise NotRewritableError("comment", "a comment stands where a variable is set")
            end = self.module.view.find(b"\n", span.end) + 1 or len(self.module.view)
            edits.append(self.module.edit(span.start, end, ""))
        return edits

    def freed(self) -> tuple[str, ...]:
        """Imported names that the loop reads."""
        known = scopes(self.module)
        names = loaded([self.retry.loop, *self.around.obsolete])
        return tuple(
            sorted(
                name
                for name in names
                if any(one.kind == "import" for one in known.bindings_in(known.top, name))
            )
        )

    def unbound(self) -> frozenset[str]:
        return frozenset(stored([self.retry.loop]) | stored(self.around.obsolete))
