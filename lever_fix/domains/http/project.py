"""Plans over a project: which functions send requests, and what has to turn async for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from lever_fix.domains.added_await import added_await
from lever_fix.domains.colour.entries import callers_of
from lever_fix.domains.colour.likely import LIKELY
from lever_fix.domains.colour.loops import loops_of, nested_loop, started_by
from lever_fix.domains.colour.plan import Barrier, Colours, Turning, components
from lever_fix.domains.colour.rules import is_route
from lever_fix.domains.colour.write import (
    LEAVES_THREADS,
    RUNS,
    Written,
    calls_by_function,
    plan_tree,
    turn,
)
from lever_fix.domains.http.calls import Blocked, http_calls, imported_from, imports_library
from lever_fix.domains.http.errors import exception_name
from lever_fix.domains.http.findings import HttpOptions, advised, needs_of, reasons
from lever_fix.domains.http.mocks import mocked_by
from lever_fix.domains.http.owners import Owner, apply_owner, owner_of
from lever_fix.domains.http.sites import Site, Study
from lever_fix.domains.http.study import study
from lever_fix.domains.http.write import Outcome, write
from lever_fix.index.index import Index, Symbol
from lever_fix.index.project import Project
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.model import Edit, Finding, Fix, Needs, Refusal, Safety, Value
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import dotted
from lever_fix.semantics.scopes import FunctionNode, scopes

_NAMED = 4
"""Functions that a message names; more are counted."""


class Senders(Value, frozen=True):
    """The functions of a file that send requests, by qualified name."""

    names: tuple[str, ...]


def senders(module: Module, library: Library = REQUESTS) -> Senders | None:
    """The functions of a module that send requests; None where there are none."""
    if not imports_library(module, library):
        return None
    names = [
        scope.qualified_name
        for scope in scopes(module).every
        if isinstance(scope.node, FunctionNode)
        and scope.kind == "function"
        and http_calls(module, scope.node, library)
    ]
    return Senders(tuple(names)) if names else None


def decide(
    facts: Mapping[str, Senders],
    project: Project,
    options: HttpOptions,
    library: Library = REQUESTS,
) -> Iterator[Finding | Refusal]:
    """One finding for each set of functions that must turn together; a refusal for each other."""
    index = project.index
    seeds = [Symbol(path, name) for path, found in facts.items() for name in found.names]
    colours = Colours(
        index,
        options.public_api == "rewrite",
        lambda one: _refuses(index, one, library),
        lambda one: _together(index, one) if library is REQUESTS else None,
        lambda module, node: bool(exception_name(module, node, library)),
        frozenset(seeds),
        frozenset(above for seed in seeds for above in callers_of(index, seed)),
    )
    closures: dict[Symbol, list[Turning]] = {}
    left: list[Symbol] = []
    for seed in seeds:
        found = colours.closure(seed)
        if isinstance(found, Barrier):
            left.append(seed)
            yield from _refused(index, seed, found, library)
        else:
            closures[seed] = found
    blocking = {above: seed for seed in left for above in callers_of(index, seed)}
    every = {one.symbol: one for found in closures.values() for one in found}
    for group in components(closures):
        plan = list({one.symbol: one for seed in group for one in closures[seed]}.values())
        barrier = _still_blocking(index, plan, blocking)
        if barrier := barrier or nested_loop(index, plan, every.values()):
            for seed in group:
                yield from _refused(index, seed, barrier, library)
        else:
            yield from _decided(project, group, plan, options, library, blocking)


def _still_blocking(
    index: Index, turnings: list[Turning], blocking: Mapping[Symbol, Symbol]
) -> Barrier | None:
    """A route that leaves FastAPI's threads must not take calls of requests along."""
    for one in turnings:
        module, node = index.module(one.symbol.path), index.node(one.symbol)
        if one.is_async or module is None or not isinstance(node, FunctionNode):
            continue
        if one.symbol in blocking and is_route(index, module, node):
            seed = blocking[one.symbol]
            words = f"`{one.symbol.name}` would leave its thread, and `{seed.name}` blocks in it"
            blocked = Blocked("still-blocking", words, node)
            through = tuple(f"{at.path}:{at.name}" for at in (seed, one.symbol))
            return Barrier(blocked, one.symbol.path, ("", *through))
    return None


def _refuses(index: Index, symbol: Symbol, library: Library) -> Blocked | None:
    """Why the calls of a function itself cannot be rewritten."""
    module, node = index.module(symbol.path), index.node(symbol)
    if module is None or not isinstance(node, FunctionNode):
        return None
    owner = owner_of(index, symbol) if library is REQUESTS else None
    if isinstance(owner, Blocked):
        return owner
    has_calls = http_calls(module, node, library)
    found = study(module, node, library=library) if has_calls else None
    return found if isinstance(found, Blocked) else None


def _together(index: Index, symbol: Symbol) -> tuple[Symbol, list[Symbol]] | None:
    """The class of a method that keeps a session, and the methods that share it."""
    owner = owner_of(index, symbol)
    return (owner.symbol, owner.methods) if isinstance(owner, Owner) else None


def _refused(index: Index, seed: Symbol, barrier: Barrier, library: Library) -> Iterator[Refusal]:
    """A refusal at the first call of a function, with the path to what blocks it."""
    module, node = index.module(seed.path), index.node(seed)
    if module is None or not isinstance(node, FunctionNode):
        return
    own = barrier.path == seed.path and len(barrier.through) <= 1
    at = barrier.blocked.node if own and hasattr(barrier.blocked.node, "lineno") else None
    if at is None or isinstance(at, FunctionNode | ast.ClassDef):
        at = http_calls(module, node, library)[0].node
    path = " \N{RIGHTWARDS ARROW} ".join(one for one in barrier.through if one)
    said = advised(barrier.blocked)
    words = [said] if own else [said, path]
    yield module.refusal(module.span(at), barrier.blocked.code, *words)


@dataclass
class _Studied:
    module: Module
    symbol: Symbol
    study: Study


def _decided(
    project: Project,
    seeds: list[Symbol],
    turnings: list[Turning],
    options: HttpOptions,
    library: Library,
    blocking: Mapping[Symbol, Symbol],
) -> Iterator[Finding | Refusal]:
    index = project.index
    strict = options.parity == "strict"
    studied = _studied(index, turnings, library, exact=strict)
    if not isinstance(studied, Barrier) and any(one.study.waits_for_bad_json for one in studied):
        studied = _studied(index, turnings, library, exact=True)
    if isinstance(studied, Barrier):
        for seed in seeds:
            yield from _refused(index, seed, studied, library)
        return
    if barrier := _mixed_errors(index, studied, blocking) or _predicates(index, studied):
        for seed in seeds:
            yield from _refused(index, seed, barrier, library)
        return
    if path := mocked_by(index, (one.symbol for one in turnings), library.name):
        words = f"{path} catches what {library.name} sends, and would miss what aiohttp sends"
        barrier = Barrier(Blocked("mocked-in-tests", words, ast.Pass()), "", ())
        for seed in seeds:
            yield from _refused(index, seed, barrier, library)
        return
    loops = started_by(index, turnings)
    if isinstance(loops, Barrier):
        for seed in seeds:
            yield from _refused(index, seed, loops, library)
        return
    yield _finding(project, seeds, turnings, studied, options, loops)


def _mixed_errors(
    index: Index, studied: list[_Studied], blocking: Mapping[Symbol, Symbol]
) -> Barrier | None:
    """A handler that would no longer take the errors of calls that stay as they are."""
    for one in studied:
        for handler in one.study.handlers:
            for node in (node for part in handler.around.body for node in ast.walk(part)):
                called = _called(index, one, node)
                if called is not None and called in blocking:
                    words = f"its handler takes errors of `{called.name}`, too, which stays"
                    blocked = Blocked("mixed-errors", words, handler.node)
                    through = ("", f"{one.symbol.path}:{one.symbol.name}")
                    return Barrier(blocked, one.symbol.path, through)
    return None


def _predicates(index: Index, studied: list[_Studied]) -> Barrier | None:
    """A function that tells the library's errors apart, for a retry or in a handler."""
    plan = {one.symbol for one in studied}
    for one in studied:
        for node in ast.walk(one.study.function):
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            symbol = index.symbol(one.module, node)
            if symbol is None or symbol in plan or index.function(symbol) is None:
                continue
            if _tells_errors(index, symbol, one.study.library):
                words = f"`{symbol.name}` tells errors of {one.study.library.name} apart, and stays"
                blocked = Blocked("mixed-errors", words, node)
                return Barrier(
                    blocked, one.symbol.path, ("", f"{one.symbol.path}:{one.symbol.name}")
                )
    return None


def _tells_errors(index: Index, symbol: Symbol, library: Library) -> bool:
    """True where a function names exceptions of a library as values, not in handlers."""
    module, function = index.module(symbol.path), index.node(symbol)
    if module is None or function is None:
        return False
    handled = {
        part
        for node in ast.walk(function)
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        for part in ast.walk(node.type)
    }
    return any(
        isinstance(node, ast.Name | ast.Attribute)
        and node not in handled
        and bool(exception_name(module, node, library))
        for node in ast.walk(function)
    )


def _called(index: Index, one: _Studied, node: ast.AST) -> Symbol | None:
    if not isinstance(node, ast.Call):
        return None
    name = dotted(node.func) or ""
    facts = index.function(one.symbol)
    if name.startswith("self.") and name.count(".") == 1 and facts is not None and facts.in_class:
        return index.member(Symbol(one.symbol.path, facts.in_class), name.partition(".")[2])
    return index.symbol(one.module, node.func)


def _studied(
    index: Index, turnings: list[Turning], library: Library, exact: bool = False
) -> list[_Studied] | Barrier:
    found: list[_Studied] = []
    for symbol, calls in calls_by_function(turnings).items():
        module, node = index.module(symbol.path), index.node(symbol)
        assert module is not None
        assert isinstance(node, FunctionNode)
        one = study(module, node, frozenset(calls), exact, library)
        if isinstance(one, Blocked):
            return Barrier(one, symbol.path, (f"{symbol.path}:{symbol.name}",))
        found.append(_Studied(module, symbol, one))
    return found


def _finding(
    project: Project,
    seeds: list[Symbol],
    turnings: list[Turning],
    studied: list[_Studied],
    options: HttpOptions,
    loops: list[str],
) -> Finding:
    files = turn(project.index, turnings)
    outcomes: dict[str, Outcome] = {}
    for one in studied:
        written = files[one.module.path]
        outcome = write(written.draft, one.study, project, options.parity == "strict")
        outcomes.setdefault(one.module.path, Outcome()).add(outcome)
    _write_owners(project, files, studied, outcomes, options)
    residuals = [one for outcome in outcomes.values() for one in outcome.residuals]
    left = (*reasons(residuals, options), *loops, *_colour_reasons(project, turnings, studied))
    first = next(one for one in studied if one.symbol == seeds[0])
    span = first.module.span(first.study.sites[0].call.node.func)
    text = first.module.text[span.start : span.end].decode()
    found = first.module.finding(
        span,
        _message(text, turnings),
        safety=Safety.UNSAFE if left else Safety.SAFE,
        reasons=tuple(dict.fromkeys(left)),
        fix=_fix(files, outcomes, studied[0].study.library),
    )
    symbols = tuple(sorted({one.symbol.id for one in studied}))
    detail = plan_tree(turnings, seeds) if len(turnings) > 1 else ()
    return msgspec.structs.replace(found, reads=symbols, writes=symbols, detail=detail)


def _write_owners(
    project: Project,
    files: Mapping[str, Written],
    studied: list[_Studied],
    outcomes: dict[str, Outcome],
    options: HttpOptions,
) -> None:
    """The sessions that classes keep, each with what all calls on it need."""
    owners: dict[Symbol, tuple[Owner, list[Site]]] = {}
    for one in studied:
        owner = owner_of(project.index, one.symbol)
        if isinstance(owner, Owner) and one.study.library is REQUESTS:
            owners.setdefault(owner.symbol, (owner, []))[1].extend(one.study.sites)
    for symbol, (owner, sites) in owners.items():
        draft = files[symbol.path].draft
        apply_owner(draft, owner, sites, options.parity == "strict")
        outcomes[symbol.path].residuals += ["cookie-jar", "header-values"]


def _fix(files: Mapping[str, Written], outcomes: Mapping[str, Outcome], library: Library) -> Fix:
    edits: list[Edit] = []
    needs: list[Needs] = []
    for path, written in files.items():
        edits += written.draft.finished()
        needs.append(written.needs())
        outcome = outcomes.get(path)
        if outcome is not None and outcome.imports:
            freed = imported_from(written.draft.module, library.name)
            needs.append(needs_of(path, outcome, freed))
    return Fix(tuple(edits), tuple(one for one in needs if one != Needs(one.path)))


def _message(text: str, turnings: list[Turning]) -> str:
    turned = [one for one in turnings if not one.is_async]
    if not turned:
        return f"`{text}` blocks the event loop; aiohttp does not"
    count = len(turned)
    names = ", ".join(f"`{one.symbol.name}`" for one in turned[:_NAMED])
    more = f" and {count - _NAMED} more" if count > _NAMED else ""
    return f"`{text}` blocks; with aiohttp {names}{more} would be async"


def _colour_reasons(
    project: Project, turnings: list[Turning], studied: list[_Studied]
) -> Iterator[str]:
    index = project.index
    for own in studied:
        for made in own.study.sites:
            yield from added_await(own.module, project, own.study.function, made.call.whole)[1]
    for one in turnings:
        module, node = index.module(one.symbol.path), index.node(one.symbol)
        assert module is not None
        for site in one.guessed:
            text = ast.unparse(site.node)
            yield LIKELY.format(text=text, path=site.module.path, name=one.symbol.name)
        yield from (RUNS.format(name=symbol.name) for symbol in loops_of(one))
        if one.is_shell:
            continue
        if not one.is_async and isinstance(node, FunctionNode) and is_route(index, module, node):
            yield LEAVES_THREADS.format(name=one.symbol.name)
        for site in one.awaited:
            if isinstance(site.function, FunctionNode) and site.call is not None:
                yield from added_await(site.module, project, site.function, site.call)[1]
