"""Plans over a project: which functions send requests, and what has to turn async for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from lever_fix.domains.colour.components import components
from lever_fix.domains.colour.entries import callers_of
from lever_fix.domains.colour.loops import nested_loop, started_by
from lever_fix.domains.colour.plan import Barrier, Colours, Turning
from lever_fix.domains.colour.rules import is_route
from lever_fix.domains.colour.tests import turn_tests
from lever_fix.domains.http.calls import Blocked, http_calls, imports_library, module_sessions
from lever_fix.domains.http.errors import exception_name
from lever_fix.domains.http.escapes import follows, trace
from lever_fix.domains.http.findings import HttpOptions, advised
from lever_fix.domains.http.ground import Ground, Studied
from lever_fix.domains.http.mixed import mixed_errors, predicates
from lever_fix.domains.http.mocks import doubles_in_tests, mocked_by, replaced_by
from lever_fix.domains.http.plans import make_finding
from lever_fix.index.index import Index, Symbol
from lever_fix.index.project import Project
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.model import Finding, Refusal, Value
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes


class Senders(Value, frozen=True):
    """The functions of a file that send requests, by qualified name, and its sessions."""

    names: tuple[str, ...]
    sessions: tuple[str, ...] = ()


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
    sessions = sorted(module_sessions(module, library))
    return Senders(tuple(names), tuple(sessions)) if names or sessions else None


def decide(
    facts: Mapping[str, Senders],
    project: Project,
    options: HttpOptions,
    library: Library = REQUESTS,
) -> Iterator[Finding | Refusal]:
    """One finding for each set of functions that must turn together; a refusal for each other."""
    index = project.index
    ground = Ground(index, library, options)
    if options.session_style == "lazy" and library is REQUESTS:
        ground.share(Symbol(path, name) for path, found in facts.items() for name in found.sessions)
    closures, stopped = _closures(ground, _seeds(facts, ground))
    every = {one.symbol: one for found in closures.values() for one in found}
    for seed, reason in stopped.items():
        if seed not in every:
            yield from _refused(ground, seed, reason)
    blocking = {above: seed for seed in stopped for above in callers_of(index, seed)}
    for group in components(closures):
        plan = list({one.symbol: one for seed in group for one in closures[seed]}.values())
        barrier = _still_blocking(index, plan, blocking)
        if barrier := barrier or nested_loop(index, plan, every.values()):
            for seed in group:
                yield from _refused(ground, seed, barrier)
        else:
            yield from _decided(project, ground, group, plan, blocking)


def _closures(
    ground: Ground, seeds: list[Symbol]
) -> tuple[dict[Symbol, list[Turning]], dict[Symbol, Barrier]]:
    """What must turn for each function, and what stops others.

    Where a function is stopped whose responses go to others, those get responses of the library,
    and everything is looked at again.
    """
    colours = Colours(
        ground.index,
        ground.options.public_api == "rewrite",
        ground.refuses,
        ground.together,
        lambda module, node: bool(exception_name(module, node, ground.library)),
        ground.library.name,
        ground.beside,
        lambda symbol: follows(ground, symbol),
        ground.waits,
        frozenset(seeds),
        frozenset(above for seed in seeds for above in callers_of(ground.index, seed)),
    )
    while True:
        trace(ground, seeds)
        found = {seed: colours.closure(seed) for seed in seeds if seed not in ground.left}
        stopped = {seed: one for seed, one in found.items() if isinstance(one, Barrier)}
        sources = {seed: one for seed, one in stopped.items() if ground.hands_on(seed)}
        if not sources:
            going = {seed: one for seed, one in found.items() if not isinstance(one, Barrier)}
            return going, {**ground.left, **stopped, **turn_tests(colours, going)}
        ground.left |= sources
        colours.forget({*sources, *ground.flow.concerned})


def _seeds(facts: Mapping[str, Senders], ground: Ground) -> list[Symbol]:
    """The functions that send requests, those on a session of another file included."""
    found = [Symbol(path, name) for path, one in facts.items() for name in one.names]
    found += [user for shared in ground.shared.values() for user in shared.users]
    return list(dict.fromkeys(found))


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


def _refused(ground: Ground, seed: Symbol, barrier: Barrier) -> Iterator[Refusal]:
    """A refusal at the first call of a function, with the path to what blocks it."""
    module, node = ground.index.module(seed.path), ground.index.node(seed)
    if module is None or not isinstance(node, FunctionNode):
        return
    own = barrier.path == seed.path and len(barrier.through) <= 1
    at = barrier.blocked.node if own and hasattr(barrier.blocked.node, "lineno") else None
    if at is None or isinstance(at, FunctionNode | ast.ClassDef):
        at = ground.calls(module, node)[0].node
    path = " \N{RIGHTWARDS ARROW} ".join(one for one in barrier.through if one)
    said = advised(barrier.blocked)
    words = [said] if own else [said, path]
    yield module.refusal(module.span(at), barrier.blocked.code, *words)


def _decided(
    project: Project,
    ground: Ground,
    seeds: list[Symbol],
    turnings: list[Turning],
    blocking: Mapping[Symbol, Symbol],
) -> Iterator[Finding | Refusal]:
    found = _checked(ground, turnings, blocking)
    doubles = doubles_in_tests(ground.index, turnings, ground.library.name)
    loops = started_by(ground.index, [one for one in turnings if one.test is None])
    for barrier in (one for one in (found, doubles, loops) if isinstance(one, Barrier)):
        for seed in seeds:
            yield from _refused(ground, seed, barrier)
        return
    assert not isinstance(found, Barrier)
    assert not isinstance(doubles, Barrier)
    assert not isinstance(loops, Barrier)
    yield make_finding(project, ground, seeds, turnings, found, (loops, doubles))


def _checked(
    ground: Ground, turnings: list[Turning], blocking: Mapping[Symbol, Symbol]
) -> list[Studied] | Barrier:
    """The functions of a plan, or what stops it that only the whole of it shows."""
    index, library = ground.index, ground.library
    studied = ground.studied(turnings, exact=ground.strict)
    if not isinstance(studied, Barrier) and any(one.study.waits_for_bad_json for one in studied):
        studied = ground.studied(turnings, exact=True)
    if isinstance(studied, Barrier):
        return studied
    if barrier := mixed_errors(index, studied, blocking) or predicates(index, studied):
        return barrier
    names = [one.symbol for one in turnings]
    shared = [one.symbol for one in ground.shared.values() if {*one.users} & {*names}]
    if path := mocked_by(index, [*names, *shared], library.name) or replaced_by(index, shared):
        words = f"{path} catches what {library.name} sends, and would miss what aiohttp sends"
        return Barrier(Blocked("mocked-in-tests", words, ast.Pass()), "", ())
    return studied
