"""The finding that a plan comes to: its edits, its reasons, and what it says of itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import msgspec

from lever_fix.domains.added_await import added_await
from lever_fix.domains.colour.doubles import Doubles
from lever_fix.domains.colour.handed import LEAVES_THREAD
from lever_fix.domains.colour.likely import LIKELY
from lever_fix.domains.colour.loops import loops_of
from lever_fix.domains.colour.plan import Turning
from lever_fix.domains.colour.rules import is_route, is_test
from lever_fix.domains.colour.write import LEAVES_THREADS, RUNS, plan_tree, turn
from lever_fix.domains.colour.written import Written
from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import imported_from
from lever_fix.domains.http.findings import needs_of, reasons
from lever_fix.domains.http.getter import write_getter, write_import
from lever_fix.domains.http.ground import Ground, Studied
from lever_fix.domains.http.owners import Owner, apply_owner, owner_of
from lever_fix.domains.http.sites import Site
from lever_fix.domains.http.strict import accepted, session_needs
from lever_fix.domains.http.write import Outcome, write
from lever_fix.index.index import Symbol
from lever_fix.index.project import Project
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.model import Edit, Finding, Fix, Needs, Safety
from lever_fix.semantics.scopes import FunctionNode

_NAMED = 4
"""Functions that a message names; more are counted."""


def make_finding(
    project: Project,
    ground: Ground,
    seeds: list[Symbol],
    turnings: list[Turning],
    studied: list[Studied],
    around: tuple[list[str], list[Doubles]],
) -> Finding:
    """The finding of a plan.

    Args:
        project: The settings in force and the index.
        ground: What all plans stand on.
        seeds: The functions that send requests.
        turnings: What turns async for them.
        studied: What becomes of each function.
        around: What is to be said of the event loops it starts; what tests put in its place.
    """
    loops, doubles = around
    files = turn(project.index, turnings, doubles)
    outcomes: dict[str, Outcome] = {}
    for one in studied:
        written = files[one.module.path]
        outcome = write(written.draft, one.study, project, ground.strict)
        outcomes.setdefault(one.module.path, Outcome()).add(outcome)
    _write_owners(ground, files, studied, outcomes)
    _write_shared(project, ground, files, studied, outcomes)
    residuals = [one for outcome in outcomes.values() for one in outcome.residuals]
    colours = _colour_reasons(project, turnings, studied)
    left = (*reasons(residuals, ground.options), *loops, *colours)
    first = next(one for one in studied if one.symbol == seeds[0])
    span = first.module.span(first.study.sites[0].call.node.func)
    text = first.module.text[span.start : span.end].decode()
    found = first.module.finding(
        span,
        _message(text, turnings) + (accepted(residuals) if ground.strict else ""),
        safety=Safety.UNSAFE if left else Safety.SAFE,
        reasons=tuple(dict.fromkeys(left)),
        fix=_fix(files, outcomes, ground.library),
    )
    symbols = tuple(sorted({one.symbol.id for one in studied}))
    detail = plan_tree(turnings, seeds) if len(turnings) > 1 else ()
    return msgspec.structs.replace(found, reads=symbols, writes=symbols, detail=detail)


def _write_owners(
    ground: Ground,
    files: Mapping[str, Written],
    studied: list[Studied],
    outcomes: dict[str, Outcome],
) -> None:
    """The sessions that classes keep, each with what all calls on it need."""
    owners: dict[Symbol, tuple[Owner, list[Site]]] = {}
    for one in studied:
        owner = owner_of(ground.index, one.symbol)
        if isinstance(owner, Owner) and one.study.library is REQUESTS:
            owners.setdefault(owner.symbol, (owner, []))[1].extend(one.study.sites)
    for symbol, (owner, sites) in owners.items():
        draft = files[symbol.path].draft
        apply_owner(draft, owner, sites, ground.strict)
        outcomes[symbol.path].residuals += ["cookie-jar", "header-values"]
        if ground.strict:
            outcomes[symbol.path].definitions += session_needs(sites)[0]


def _write_shared(
    project: Project,
    ground: Ground,
    files: dict[str, Written],
    studied: list[Studied],
    outcomes: dict[str, Outcome],
) -> None:
    """The sessions made on import that the plan uses, and the imports that bring them."""
    plan = {one.symbol: one for one in studied}
    for shared in ground.shared.values():
        users = [plan[user] for user in shared.users if user in plan]
        if not users:
            continue
        receivers = {use.receiver for use in shared.uses}
        sites = [
            site for one in users for site in one.study.sites if site.call.session in receivers
        ]
        for path in sorted({shared.symbol.path, *shared.imports}):
            module = ground.index.module(path)
            assert module is not None
            files.setdefault(path, Written(Draft(module)))
            bound = write_import(files[path].draft, shared, shared.imports.get(path, set()))
            files[path].bound += [*bound, shared.getter]
        path = shared.symbol.path
        draft = files[path].draft
        outcome = write_getter(draft, shared, sites, ground.strict, project.line_length)
        if ground.strict:
            outcome.definitions += session_needs(sites)[0]
        outcomes.setdefault(path, Outcome()).add(outcome)


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
    turned = [one for one in turnings if not (one.is_async or one.stays or one.test)]
    if not turned:
        return f"`{text}` blocks the event loop; aiohttp does not"
    count = len(turned)
    names = ", ".join(f"`{one.symbol.name}`" for one in turned[:_NAMED])
    more = f" and {count - _NAMED} more" if count > _NAMED else ""
    return f"`{text}` blocks; with aiohttp {names}{more} would be async"


def _colour_reasons(
    project: Project, turnings: list[Turning], studied: list[Studied]
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
        turns = not (one.is_async or one.stays)
        if turns and isinstance(node, FunctionNode) and is_route(index, module, node):
            yield LEAVES_THREADS.format(name=one.symbol.name)
        if one.threads:
            yield LEAVES_THREAD.format(name=one.symbol.name)
        for site in one.awaited:
            function = site.function
            if not isinstance(function, FunctionNode) or is_test(site.module, function):
                continue  # no other task runs beside a test
            if site.call is not None:
                yield from added_await(site.module, project, function, site.call)[1]
