"""The edits of a plan: functions that turn, calls that are awaited, entry points around a loop."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from lever_fix.domains.colour.doubles import Doubles, write_doubles
from lever_fix.domains.colour.handed import write_threaded
from lever_fix.domains.colour.plan import CONTEXT, Turning
from lever_fix.domains.colour.rules import retry_loops
from lever_fix.domains.colour.sites import Site
from lever_fix.domains.colour.write_tests import write_test
from lever_fix.domains.colour.written import Written
from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import own_nodes
from lever_fix.domains.http.places import needs_parentheses, nested_expression
from lever_fix.index.index import Index, Symbol
from lever_fix.model import Import, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

RUNS = "`{name}` starts an event loop, which fails where one runs already"
LEAVES_THREADS = (
    "`{name}` leaves FastAPI's threads, so what else blocks in it blocks the event loop"
)


def turn(
    index: Index, turnings: list[Turning], doubles: Sequence[Doubles] = ()
) -> dict[str, Written]:
    """Put a plan into drafts, one for each file."""
    files: dict[str, Written] = {}

    def of(path: str) -> Written:
        if path not in files:
            module = index.module(path)
            assert module is not None
            files[path] = Written(Draft(module))
        return files[path]

    for one in turnings:
        written = of(one.symbol.path)
        if one.stays:
            continue
        node = index.node(one.symbol)
        assert isinstance(node, FunctionNode)
        if one.is_shell:
            _write_shell(written, node, one.again)
        elif not one.is_async:
            if one.test is not None:
                write_test(index, written, node, one.test)
            written.draft.insert(written.draft.module.span(node).start, "async ")
        if node.name in CONTEXT and one.contexts:
            _rename(written, node)
        if node.name == "__enter__":
            for module, around in zip(one.context_modules, one.contexts, strict=True):
                of(module.path).draft.insert(module.span(around).start, "async ")
        if not one.is_async:
            _write_sleeps(written, node)
            _write_retries(written, node)
        for site in one.awaited:
            _write_await(of(site.module.path), site)
        for thread in one.threads:
            write_threaded(of(thread.site.module.path), thread)
        for site in one.runs:
            _write_run(of(site.module.path), site)
    for double in doubles:
        write_doubles(of(double.module.path), double)
    return files


def calls_by_function(turnings: list[Turning]) -> dict[Symbol, set[ast.AST]]:
    """The calls in each function whose errors become those of aiohttp."""
    found: dict[Symbol, set[ast.AST]] = {one.symbol: set() for one in turnings}
    for one in turnings:
        threads = (thread.site for thread in one.threads)
        for site in (*one.awaited, *threads, *one.runs, *one.passes):
            above = site.symbol
            if above is not None and site.call is not None:
                found.setdefault(above, set()).add(site.call)
    return found


def _rename(written: Written, node: FunctionNode) -> None:
    """`__enter__` as `__aenter__`."""
    module = written.draft.module
    start = module.text.index(node.name.encode(), module.span(node).start)
    written.draft.replace(Span(start, start + len(node.name)), CONTEXT[node.name])
    written.bound += [node.name, CONTEXT[node.name]]


def _write_await(written: Written, site: Site) -> None:
    assert site.call is not None
    span = site.module.span(site.call)
    around = needs_parentheses(site.module, site.call)
    written.draft.insert(span.start, "(await " if around else "await ")
    if around:
        written.draft.insert(span.end, ")")


def _write_run(written: Written, site: Site) -> None:
    assert site.call is not None
    span = site.module.span(site.call)
    written.draft.insert(span.start, "asyncio.run(")
    written.draft.insert(span.end, ")")
    written.imports.append(Import("asyncio"))


def _write_sleeps(written: Written, function: FunctionNode) -> None:
    """`time.sleep` in a function that turns would stop every task."""
    module = written.draft.module
    for node in own_nodes(function):
        if not isinstance(node, ast.Call) or qualified_name(module, node.func) != "time.sleep":
            continue
        if nested_expression(module, node):
            continue
        written.draft.replace(module.span(node.func), "await asyncio.sleep")
        written.imports.append(Import("asyncio"))
        root = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        written.freed.append(root.id if isinstance(root, ast.Name) else "time")


def _write_retries(written: Written, function: FunctionNode) -> None:
    """`for attempt in Retrying(...)` as `async for attempt in AsyncRetrying(...)`."""
    module = written.draft.module
    for loop in retry_loops(module, function):
        assert isinstance(loop.iter, ast.Call)
        func = loop.iter.func
        written.draft.insert(module.span(loop).start, "async ")
        if isinstance(func, ast.Attribute):
            end = module.span(func).end
            written.draft.replace(Span(end - len(func.attr), end), "AsyncRetrying")
        else:
            written.draft.replace(module.span(func), "AsyncRetrying")
            written.imports.append(Import("tenacity", "AsyncRetrying"))
            written.freed.append("Retrying")


def _write_shell(written: Written, function: FunctionNode, again: list[Site]) -> None:
    """Keep the function, and let its body be that of an async function below it."""
    draft, module = written.draft, written.draft.module
    name = f"_{function.name.lstrip('_')}"
    taken = {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
    taken |= {
        node.name for node in ast.walk(module.tree) if isinstance(node, FunctionNode | ast.ClassDef)
    }
    while name in taken:
        name += "_async"
    body = function.body
    has_doc = len(body) > 1 and ast.get_docstring(function, clean=False) is not None
    first = body[1] if has_doc else body[0]
    start = module.span(first).start
    line = module.text.rfind(b"\n", 0, start) + 1
    start = _above_comments(module, line)
    indent, newline = draft.indent_of(module.span(first).start), module.source.newline
    outer = draft.indent_of(module.span(function).start)
    returns = f" -> {draft.source(function.returns)}" if function.returns else ""
    head = f"async def {name}({_parameters(draft, function, bool(again))}){returns}:"
    for site in again:
        _write_await(written, site)
        draft.replace(module.span(site.node), name)
    run = f"asyncio.run({name}({_arguments(function)}))"
    if _returns_value(function):
        run = f"return {run}"
    blank = newline * 3
    draft.insert(start, f"{indent}{run}{blank}{outer}{head}{newline}")
    written.imports.append(Import("asyncio"))
    own = scopes(module).own_scope(function)
    written.bound += [name, *(own.names if own else ())]


def _above_comments(module: Module, line: int) -> int:
    """The start of the comment lines right above a line."""
    view = module.view
    while line:
        above = view.rfind(b"\n", 0, line - 1) + 1
        if not view[above:line].lstrip().startswith(b"#"):
            return line
        line = above
    return line


def _parameters(draft: Draft, function: FunctionNode, with_defaults: bool) -> str:
    """The parameters; annotations that are plain types are kept."""
    arguments = function.args
    defaults = dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    positional = [*arguments.posonlyargs, *arguments.args]
    if arguments.defaults:
        defaults |= zip(positional[-len(arguments.defaults) :], arguments.defaults, strict=True)

    def plain(one: ast.arg) -> str:
        annotation, default = one.annotation, defaults.get(one) if with_defaults else None
        if annotation is None or any(isinstance(n, ast.Call) for n in ast.walk(annotation)):
            return one.arg if default is None else f"{one.arg}={draft.source(default)}"
        text = f"{one.arg}: {draft.source(annotation)}"
        return text if default is None else f"{text} = {draft.source(default)}"

    parts = [plain(one) for one in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg:
        parts.append(f"*{plain(arguments.vararg)}")
    elif arguments.kwonlyargs:
        parts.append("*")
    parts += [plain(one) for one in arguments.kwonlyargs]
    if arguments.kwarg:
        parts.append(f"**{plain(arguments.kwarg)}")
    return ", ".join(parts)


def _arguments(function: FunctionNode) -> str:
    arguments = function.args
    parts = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg:
        parts.append(f"*{arguments.vararg.arg}")
    parts += [f"{one.arg}={one.arg}" for one in arguments.kwonlyargs]
    if arguments.kwarg:
        parts.append(f"**{arguments.kwarg.arg}")
    return ", ".join(parts)


def _returns_value(function: FunctionNode) -> bool:
    return any(
        isinstance(node, ast.Return) and node.value is not None for node in own_nodes(function)
    )


def plan_tree(turnings: list[Turning], seeds: list[Symbol]) -> tuple[str, ...]:
    """The plan as lines: each function that sends requests, and below it those that call it."""
    known = {one.symbol: one for one in turnings}
    lines: list[str] = []
    shown: set[Symbol] = set()

    def show(symbol: Symbol, depth: int) -> None:
        one = known[symbol]
        below = list(dict.fromkeys([*one.above, *one.follows]))
        again = symbol in shown and bool(below)
        shown.add(symbol)
        place = f"{symbol.path}:{symbol.name}"
        lines.append(f"{'  ' * depth}{place} {_becomes(one)}{', see above' if again else ''}")
        for above in below if not again else ():
            if above in known:
                show(above, depth + 1)

    for seed in seeds:
        show(seed, 0)
    return tuple(lines)


def _becomes(one: Turning) -> str:
    if one.is_shell:
        return "stays, and runs its body in an event loop"
    if one.stays:
        return "is rewritten with them"
    return "is async" if one.is_async else "becomes async"
