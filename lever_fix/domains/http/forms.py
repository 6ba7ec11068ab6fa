"""In which form each call is written: with a block around its uses, read at once, or in place."""

from __future__ import annotations

import ast

from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.lateness import is_late
from lever_fix.domains.http.places import (
    ends_line,
    evaluated_first,
    in_suite,
    index_in,
    is_findable,
    starts_line,
    statements_above,
    suite_of,
)
from lever_fix.domains.http.sessions import LocalSession
from lever_fix.domains.http.sites import Site, Study
from lever_fix.domains.http.uses import Read, handlers_around
from lever_fix.model import Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes

_RESPONSES = ("response", "reply", "http_response")


def choose_form(module: Module, found: Study, site: Site) -> Blocked | None:
    """Settle how a site is written."""
    if site.form == "chained":
        return _choose_chained(module, found, site)
    if site.form == "discarded":
        return _one_line(module, site)
    reads = _later_reads(found, site)
    leaves = [one for one in reads if one.hand is not None]
    if leaves and (blocked := _streamed(site, leaves[0].whole)):
        return blocked
    if site.form == "with":
        inside = module.span(site.statement)
        outside = [one for one in reads if not _is_inside(module, one, inside)] or leaves
        if outside:
            words = f"`{site.name}` is used after its `with`, where aiohttp has closed it"
            return Blocked("response-escapes", words, outside[0].whole)
        assert isinstance(site.statement, ast.With | ast.AsyncWith)
        site.eager = bool(site.name) and is_late(module, site, site.statement.body, reads)
        return None
    last = None if leaves else _block_end(module, found, site, reads)
    loops = [one for one in reads if one.loop is not None]
    if last is None and loops:
        words = "the chunks are read where no `async with` around the call reaches"
        return Blocked("response-escapes", words, loops[0].whole)
    if last is None and (late := _read_after_release(module, reads)):
        if sum(one.name == site.name for one in found.sites) > 1:
            words = "aiohttp gives the body up once the status was found wrong; it is read later"
            return Blocked("response-escapes", words, late.whole)
        site.body = fresh(found.function, ("content", "body", f"{site.name}_content"))
    site.form, site.last = ("read", None) if last is None else ("block", last)
    others = [one for one in found.sites if one.name == site.name]
    own = [one for one in reads if len(others) == 1 or _owner(module, others, one) is site]
    site.eager = not loops and any(_in_inner_try(module, site, one) for one in own)
    if last is not None and not site.eager:
        suite = suite_of(module, site.statement)
        below = suite[index_in(suite, site.statement) + 1 : index_in(suite, last) + 1]
        site.eager = is_late(module, site, below, own)
    return _one_line(module, site)


def _streamed(site: Site, node: ast.AST) -> Blocked | None:
    """A response that leaves is read first, which a stream must not be."""
    stream = site.call.argument("stream")
    if stream is None or (isinstance(stream.value, ast.Constant) and not stream.value.value):
        return None
    words = "a streamed response goes elsewhere, and would be read where it is made"
    return Blocked("response-escapes", words, node)


def _read_after_release(module: Module, reads: list[Read]) -> Read | None:
    """A use of the bytes of the body, where a `try` may go on after a bad status."""
    asks = any(
        isinstance(one.whole, ast.Call)
        and isinstance(one.whole.func, ast.Attribute)
        and one.whole.func.attr == "raise_for_status"
        and any(handlers_around(module, one.whole))
        for one in reads
    )
    late = (one for one in reads if one.use is not None and ".read()" in one.use.text)
    return next(late, None) if asks else None


def _later_reads(found: Study, site: Site) -> list[Read]:
    reads = list(found.reads.get(site.name, []))
    for handler in found.handlers:
        if found.responses.get(handler.around) == site.name:
            reads += [Read(node, read.whole, read.use) for node, read in handler.reads]
    return reads


def _is_inside(module: Module, read: Read, span: Span) -> bool:
    return span.start <= module.span(read.whole).start < span.end


def _block_end(module: Module, found: Study, site: Site, reads: list[Read]) -> ast.stmt | None:
    """The last statement of a block that holds every use of the response; None for no block."""
    if not _is_plain(module, site):
        return None
    suite = suite_of(module, site.statement)
    start = last = index_in(suite, site.statement)
    if any(one.name == site.name for one in found.given):
        return None
    others = [one for one in found.sites if one.name == site.name]
    for read in reads:
        owner = _owner(module, others, read)
        if owner is None:
            return None
        if owner is site:
            place = in_suite(module, suite, read.whole)
            if place is None or any(one.statement is suite[place] for one in others):
                return None
            last = max(last, place)
    inside = _inner(suite[start + 1 : last + 1])
    if any(one.statement in inside for one in others):
        return None
    return suite[last]


def _is_plain(module: Module, site: Site) -> bool:
    """True where nothing but the target stands around the call: no parentheses."""
    statement, call = module.span(site.statement), module.span(site.call.node)
    return call.end == statement.end and b"(" not in module.text[statement.start : call.start]


def _owner(module: Module, sites: list[Site], read: Read) -> Site | None:
    """The call whose response a use sees: the nearest one above it, in a suite around it."""
    for above in statements_above(module, scopes(module).statement(read.whole)):
        suite = suite_of(module, above)
        before = suite[: index_in(suite, above)]
        for statement in reversed(before):
            for site in sites:
                if site.statement is statement:
                    return site
    return None


def nest(module: Module, found: Study) -> None:
    """Let no block end inside another one: the outer one is made longer."""
    blocks: list[Site | LocalSession] = [one for one in found.sites if one.form == "block"]
    blocks += [one for one in found.sessions if one.last is not None]
    for _ in blocks:
        for outer in blocks:
            for inner in blocks:
                assert outer.last is not None
                assert inner.last is not None
                starts = module.span(inner.statement).start, module.span(inner.last).end
                end = module.span(outer.last).end
                if module.span(outer.statement).start < starts[0] < end < starts[1]:
                    outer.last = inner.last


def _inner(statements: list[ast.stmt]) -> set[ast.AST]:
    return {node for one in statements for node in ast.walk(one)}


def _in_inner_try(module: Module, site: Site, read: Read) -> bool:
    """True where a `try` inside the block would see the errors of reading the body."""
    if not read.body or site.last is None:
        return False
    suite = suite_of(module, site.statement)
    for above in statements_above(module, scopes(module).statement(read.whole)):
        if any(one is above for one in suite):
            return isinstance(above, ast.Try)
        if isinstance(above, ast.Try):
            return True
    return False


def _one_line(module: Module, site: Site) -> Blocked | None:
    if starts_line(module, site.statement) and ends_line(module, site.statement):
        return None
    return Blocked("several-on-a-line", "other statements stand on its line", site.statement)


def _choose_chained(module: Module, found: Study, site: Site) -> Blocked | None:
    (read,) = site.reads
    if read.hand is not None and (blocked := _streamed(site, site.call.node)):
        return blocked
    alone = sum(one.statement is site.statement for one in found.sites) == 1
    first = evaluated_first(module, site.statement, site.call.whole)
    if alone and first and starts_line(module, site.statement):
        site.form = "drawn" if read.hand is not None else "hoisted"
        site.eager = site.form == "hoisted" and not read.body and is_late(module, site, [], [])
        return None
    if (
        read.use is not None
        and (read.use.awaited or read.use.exact)
        and is_findable(module, site.call.node)
    ):
        site.form = "inline"
        return None
    words = "no `async with` fits around it, and its body would never be read"
    return Blocked("no-place", words, site.call.node)


def name_hoisted(found: Study) -> None:
    """Choose a name for the responses that have none."""
    name = fresh(found.function, _RESPONSES)
    for site in found.sites:
        if site.form in ("hoisted", "drawn", "discarded"):
            site.name = name


def fresh(function: FunctionNode, names: tuple[str, ...]) -> str:
    """The first of some names that a function does not use for anything."""
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    used |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    return next((name for name in names if name not in used), f"{names[0]}_of_{function.name}")
