"""What a codemod file imports: the decorator, its cases, and the builders of findings.

A codemod is a function that looks at one module and yields findings and refusals; it never writes.

    @codemod(summary="Use an aware UTC datetime", triggers=("utcnow",), cases=(...))
    def aware_utcnow(module: Module, project: Project) -> Iterator[Finding | Refusal]: ...

One that has to see the whole project works in two steps: `scan` runs per module, in parallel, and
returns facts (msgspec values); the decorated function then decides once, over the facts of all:

    @codemod(summary=..., triggers=("requests",), scan=scan, facts=Facts, cases=(...))
    def decide(facts: Mapping[str, Facts], project: Project) -> Iterator[Finding | Refusal]: ...
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from lever_fix.errors import CodemodError
from lever_fix.index.index import Index
from lever_fix.index.memory import Table
from lever_fix.index.project import Project
from lever_fix.index.section import Section
from lever_fix.model import (
    Definition,
    Edit,
    Finding,
    Fix,
    Import,
    Move,
    Needs,
    Refusal,
    Safety,
    Span,
)
from lever_fix.semantics.module import Module

__all__ = [
    "Case",
    "Codemod",
    "Definition",
    "Edit",
    "Finding",
    "Fix",
    "Import",
    "Module",
    "Move",
    "Needs",
    "Project",
    "Refusal",
    "Safety",
    "Span",
    "codemod",
]


@dataclass(frozen=True)
class Case:
    """A short before/after pair: test, documentation and example at once.

    Attributes:
        before: Source text, as a user would write it.
        after: What the codemod makes of it; None where it is left alone.
        why: Why it is left alone, or why it is not `safe`.
        safety: The level the findings must have; None where it is left alone.
        target: Target version the case runs at, such as `py39`; empty for the default.
    """

    before: str
    after: str | None = None
    why: str = ""
    safety: Safety = Safety.SAFE
    target: str = ""


@dataclass(frozen=True)
class Codemod:
    """A named rewrite, as the decorator registers it.

    Attributes:
        id: The stem of its file with dashes: `codemods/gather_awaits.py` is `gather-awaits`.
        summary: One line, imperative, without a final full stop.
        doc: The module docstring: what, why, which standard, *Fix safety*.
        triggers: Words of which a file must hold at least one to be looked at.
        cases: Two to six examples, at least one left alone.
        function: Per module, or the deciding step where `scan` is set.
        scan: Per module, returns facts or None; only for codemods that decide once.
        facts: The msgspec type `scan` returns.
        after: Ids of codemods whose findings go first when both conflict.
        enabled: Whether it runs without being selected.
        once: Whether what it would make of its own result is not wanted: it was written to run
            once, and may add an argument for as often as it runs.
        options: msgspec type of its table in the configuration, `[tool.lever-fix.<id>]`.
        index: Whether it asks about the project: `project.index` is there for it.
        sections: What it wants known of every file; the index makes and keeps it with its facts.
        prepare: Has the index work out and remember what is asked of it for every file, once
            before them all; gives the keys, and what is known under them is handed to the workers.
        tables: What it asks of the project as a whole by key: an outcome that is kept is looked at
            again where an entry it asked for has changed, and not wherever a file has.
        version: Raised by hand never: a digest of its file's bytes, for the cache.
        origin: The file it came from.
    """

    id: str
    summary: str
    doc: str
    triggers: tuple[bytes, ...]
    cases: tuple[Case, ...]
    function: Callable[..., Iterable[Finding | Refusal]]
    scan: Callable[[Module], Any] | None = None
    facts: Any = None
    after: tuple[str, ...] = ()
    enabled: bool = True
    once: bool = False
    options: type[msgspec.Struct] | None = None
    index: bool = False
    sections: tuple[Section[Any], ...] = ()
    prepare: Callable[[Index], Iterable[Hashable]] | None = None
    tables: tuple[Table[Any], ...] = ()
    version: str = ""
    origin: Path = field(default=Path())

    @property
    def decides(self) -> bool:
        """Whether it works in two steps, of which the second sees the project as a whole."""
        return self.scan is not None


def codemod(
    *,
    summary: str,
    triggers: tuple[str, ...],
    cases: tuple[Case, ...],
    scan: Callable[[Module], Any] | None = None,
    facts: Any = None,
    after: tuple[str, ...] = (),
    enabled: bool = True,
    options: type[msgspec.Struct] | None = None,
    index: bool = False,
    sections: tuple[Section[Any], ...] = (),
    prepare: Callable[[Index], Iterable[Hashable]] | None = None,
    tables: tuple[Table[Any], ...] = (),
) -> Callable[[Callable[..., Iterable[Finding | Refusal]]], Codemod]:
    """Register the decorated function as the codemod its file is named after.

    Raises:
        CodemodError: The file has no docstring, the summary or triggers are missing, or `scan`
            comes without the type of its facts.
    """

    def register(function: Callable[..., Iterable[Finding | Refusal]]) -> Codemod:
        origin = Path(function.__code__.co_filename)
        doc = inspect.cleandoc(function.__globals__.get("__doc__") or "")
        if not doc or not summary or not triggers:
            raise CodemodError(
                f"{origin}: a codemod needs a module docstring, a summary and triggers",
                "the docstring says what, why and the fix safety; the shipped ones are examples",
            )
        if (scan is None) is not (facts is None):
            raise CodemodError(
                f"{origin}: `scan` and `facts` go together",
                "give `facts` the msgspec type that `scan` returns",
            )
        return Codemod(
            id=origin.stem.replace("_", "-"),
            summary=summary,
            doc=doc,
            triggers=tuple(word.encode() for word in triggers),
            cases=cases,
            function=function,
            scan=scan,
            facts=facts,
            after=after,
            enabled=enabled,
            options=options,
            index=index,
            sections=sections,
            prepare=prepare,
            tables=tables,
            origin=origin,
        )

    return register
