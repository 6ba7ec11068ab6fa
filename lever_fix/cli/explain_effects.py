"""`lever-fix explain-effects`: what a function does, itself and through what it calls, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from lever_fix.cli import options
from lever_fix.domains.effects.model import Effect, Summary
from lever_fix.domains.effects.summary import summary
from lever_fix.errors import UsageError, did_you_mean
from lever_fix.index.index import Index, Symbol
from lever_fix.index.project import Project
from lever_fix.report.paths import relative_to
from lever_fix.report.visible import visible
from lever_fix.workflow import Session, opened

_ASKS = "gather-awaits"
"""A codemod that asks about the project, so that there is an index to ask."""

_WORDS = {
    "reads": "reads {what}",
    "writes": "writes {what}",
    "uses": "uses {what}: {origin}",
    "opens": "takes {what}",
    "mutates": "changes {what}: {origin}",
    "ordered": "depends on the order: {what}",
    "control": "may raise {what}",
    "unknown": "calls {what}, and what that does is not known",
    "waits": "waits {what}",
}


def explain_effects(
    function: Annotated[
        str, typer.Argument(help="A function or method.", metavar="PATH::FUNCTION")
    ],
    overrides: options.Config = None,
    isolated: options.Isolated = False,
) -> None:
    """Explain what a function does besides returning, and by which calls."""
    path, mark, name = function.partition("::")
    if not (path and mark and name):
        raise UsageError(
            f"'{function}' is not PATH::FUNCTION", "for instance app/users.py::Users.find"
        )
    if not Path(path).is_file():
        raise UsageError(f"{path}: no such file", "the path is relative to the working directory")
    shared = options.Shared([path], [_ASKS], None, "", "", None, 1, True, overrides, isolated)
    with opened(options.request(shared)) as session:
        (inside,) = session.run.groups
        project = _project(session)
        found = summary(project.index, _symbol(project.index, inside, name), project.effects)
        shown = relative_to(session.root, Path.cwd())
        sys.stdout.write(visible(_text(f"{shown(inside)}::{name}", found), keep="\n"))


def _project(session: Session) -> Project:
    session.run.indexer.ensure(session.run.overlay)
    return session.run.workers.bench.projects[0][_ASKS]


def _symbol(index: Index, path: str, name: str) -> Symbol:
    """The function of that name.

    Raises:
        UsageError: The file has none; names one that is spelled much alike.
    """
    facts = index.facts.get(path)
    known = facts.functions if facts else {}
    if name not in known:
        raise UsageError(f"{path}: no function is called '{name}'", did_you_mean(name, known))
    return Symbol(path, name)


def _text(name: str, found: Summary) -> str:
    if not found.effects:
        return f"{name}: does nothing that another task could tell, and waits for nothing.\n"
    verdict = "may run beside other calls" if _is_quiet(found) else "must not run beside others"
    lines = [f"{name}: {verdict}.", ""]
    for effect in found.effects:
        lines += _effect(effect)
    return "\n".join(lines) + "\n"


def _is_quiet(found: Summary) -> bool:
    return not any(found.of("uses", "writes", "mutates", "ordered", "unknown"))


def _effect(effect: Effect) -> Iterator[str]:
    """What it is, and how one gets there."""
    yield "  " + _WORDS[effect.kind].format(what=effect.what, origin=effect.origin)
    for depth, one in enumerate(effect.via):
        yield f"    {'  ' * depth}calls `{one}`"
    if effect.where:
        yield f"    {'  ' * len(effect.via)}at {effect.where}"
