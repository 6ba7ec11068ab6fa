"""Functions that are handed on: to a thread, which an async one does not need, or to somebody else.

`await asyncio.to_thread(fetch, url)` keeps a blocking call off the event loop. Once `fetch` is
async it is awaited itself, as `await fetch(url)`, unless something else in it would block then.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lever_fix.domains.colour.sites import Site
from lever_fix.domains.colour.written import Written
from lever_fix.index.index import Index
from lever_fix.knowledge.colour_facts import POOLS, TO_THREAD, TO_THREAD_KEYWORDS
from lever_fix.model import Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

LEAVES_THREAD = "`{name}` ran in a thread of its own, and now runs in the event loop"
_GATHERS = frozenset({"asyncio.gather", "asyncio.wait_for", "asyncio.shield"})
_LOOPS = frozenset({"asyncio.get_running_loop", "asyncio.get_event_loop"})
_PARTIAL = "functools.partial"


@dataclass(frozen=True, eq=False)
class Threaded:
    """A function that is awaited in a thread, and can be awaited itself.

    Attributes:
        site: Where the function is named; its call is the one that starts the thread.
        outer: That call.
        inner: The call of the function in a lambda, or the `partial` it is wrapped in.
    """

    site: Site
    outer: ast.Call
    inner: ast.Call | None = None


def threaded(index: Index, site: Site) -> Threaded | None:
    """The awaited thread that a function is handed to; None where it goes elsewhere."""
    known = scopes(site.module)
    inner: ast.Call | None = None
    handed: ast.AST = site.node
    above = known.parent(handed)
    if site.call is not None:
        above = known.parent(site.call)
        if not isinstance(above, ast.Lambda) or above.body is not site.call:
            return None
        if ast.unparse(above.args):
            return None
        inner, handed, above = site.call, above, known.parent(above)
    elif isinstance(above, ast.Call) and qualified_name(site.module, above.func) == _PARTIAL:
        if above.args[0] is not site.node:
            return None
        inner, handed, above = above, above, known.parent(above)
    if not isinstance(above, ast.Call) or not _takes(site.module, above, handed):
        return None
    if inner is not None and len(above.args) + len(above.keywords) > above.args.index(handed) + 1:  # type: ignore[arg-type]
        return None
    around = known.function_of(above)
    if not isinstance(around, ast.AsyncFunctionDef) or not _is_awaited(site.module, above):
        return None
    if _has_comment(site.module, above, site, inner):
        return None
    return Threaded(replace(site, call=above, function=around), above, inner)


def _takes(module: Module, call: ast.Call, handed: ast.AST) -> bool:
    """True where a call runs what it gets in a thread of the default pool."""
    name = qualified_name(module, call.func)
    if name in TO_THREAD:
        allowed = name not in TO_THREAD_KEYWORDS
        return call.args[:1] == [handed] and (allowed or not call.keywords)
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "run_in_executor":
        return False
    first = call.args[0] if len(call.args) > 1 else None
    is_default = isinstance(first, ast.Constant) and first.value is None
    return is_default and call.args[1] is handed


def _is_awaited(module: Module, call: ast.Call) -> bool:
    """True where a call is awaited on the spot, or gathered with others and awaited."""
    known = scopes(module)
    for above in known.ancestors(call):
        if isinstance(above, ast.Await):
            return True
        gathers = isinstance(above, ast.Call) and qualified_name(module, above.func) in _GATHERS
        comprehends = isinstance(above, ast.ListComp | ast.GeneratorExp)
        if not gathers and not comprehends and not isinstance(above, ast.Starred):
            return False
    return False


def _has_comment(module: Module, outer: ast.Call, site: Site, inner: ast.Call | None) -> bool:
    """True where a comment stands in what would go."""
    start, end = module.span(outer).start, module.span(outer).end
    first = module.span(site.node)
    gone = [(start, first.start)]
    if inner is not None:
        gone.append((module.span(inner).end, end))
    elif not _arguments(outer, site.node):
        gone.append((first.end, end))
    comments = module.lexed.comments
    return any(a <= one < b for a, b in gone for one, _ in comments)


def _arguments(call: ast.Call, handed: ast.expr) -> list[ast.expr | ast.keyword]:
    """What a call hands on to the function."""
    return [*call.args[call.args.index(handed) + 1 :], *call.keywords]


def write_threaded(written: Written, one: Threaded) -> None:
    """Await a function in place of a thread that runs it."""
    draft, module = written.draft, one.site.module
    outer, named = module.span(one.outer), module.span(one.site.node)
    draft.replace(Span(outer.start, named.start), "")
    if one.site.node is not getattr(one.inner, "func", None):
        _write_call(written, one)
    if one.inner is not None:
        draft.replace(Span(module.span(one.inner).end, outer.end), "")
        written.freed += _roots(one.inner.func)
    written.freed += _roots(one.outer.func)
    _drop_loop(written, one)


def _write_call(written: Written, one: Threaded) -> None:
    """`to_thread(f, x)` or `partial(f, x)`, without what is ahead of `f`, as `f(x)`."""
    draft, module = written.draft, one.site.module
    call = one.inner or one.outer
    end = module.span(one.site.node).end
    if not _arguments(call, one.site.node):
        draft.replace(Span(end, module.span(call).end), "()")
        return
    after = module.text.index(b",", end) + 1
    while module.text[after : after + 1] == b" ":
        after += 1
    draft.replace(Span(end, after), "(")


def _roots(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _drop_loop(written: Written, one: Threaded) -> None:
    """Take the line out that gets the loop, where nothing else uses it."""
    module, func = one.site.module, one.outer.func
    held = func.value if isinstance(func, ast.Attribute) else None
    if not isinstance(held, ast.Name) or func.attr != "run_in_executor":  # type: ignore[attr-defined]
        return
    bindings = scopes(module).bindings(held)
    statement = bindings[0].statement if len(bindings) == 1 else None
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return
    above = scopes(module).parent(statement)
    loads = [one for one, _ in scopes(module).loads if scopes(module).bindings(one) == bindings]
    if (
        qualified_name(module, statement.value.func) not in _LOOPS
        or len(loads) > 1
        or len(statement.targets) > 1
        or len(getattr(above, "body", ())) < 2
    ):
        return
    span = module.span(statement)
    start, stop = module.text.rfind(b"\n", 0, span.start) + 1, module.text.find(b"\n", span.end)
    if module.text[start : span.start].strip() or module.text[span.end : stop].strip():
        return
    written.draft.replace(Span(start, stop + 1), "")
    written.freed += _roots(statement.value.func)
    written.bound.append(held.id)


def advice(index: Index, site: Site, name: str) -> str:
    """What becomes of a function that is handed on, and what to do about it."""
    call = scopes(site.module).parent(site.node)
    while isinstance(call, ast.keyword | ast.Starred):
        call = scopes(site.module).parent(call)
    words = f"`{name}` is handed on, to be called by someone who does not await it"
    if not isinstance(call, ast.Call):
        return words
    made = index.resolve_in(site.module, call.func)
    text = ast.unparse(call.func)
    if made in ("builtins.map", "builtins.filter"):
        return f"`{text}` would get coroutines of `{name}`: a list comprehension can await it"
    if made == "builtins.sorted" or text.endswith(".sort"):
        return f"`{text}` would compare coroutines of `{name}`: work its keys out first"
    if made in TO_THREAD or text.endswith(".run_in_executor"):
        return f"`{text}` would get a coroutine of `{name}`: await it there, in an `async def`"
    if isinstance(call.func, ast.Attribute) and call.func.attr in POOLS:
        instead = "await `asyncio.gather` over its calls, under a semaphore"
        return f"`{text}` would run `{name}` in a thread, which awaits nothing: {instead}"
    return f"{words}: hand on a sync function that runs it with `asyncio.run`"
