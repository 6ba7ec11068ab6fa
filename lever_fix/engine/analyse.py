"""One file, all codemods: what they find, refuse and fail at, as a value."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from lever_fix.codemod import Codemod
from lever_fix.engine.fingerprint import with_fingerprints
from lever_fix.engine.syntax import syntax_error_in
from lever_fix.errors import LeverFixError, SourceError, UnsupportedError, failure
from lever_fix.index.project import Project
from lever_fix.index.reliance import NOTHING, outside, reliance
from lever_fix.model import FileOutcome, Finding, Problem, Refusal, Safety, Value
from lever_fix.semantics.module import Module
from lever_fix.settings import Settings
from lever_fix.sources import SourceFile
from lever_fix.suppress import MARK


class Scanned(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What the per-file step leads to: an outcome, and facts for the codemods that decide once."""

    outcome: FileOutcome
    facts: dict[str, msgspec.Raw] = {}
    """Encoded facts by codemod."""
    note: bytes = b""
    """What the command wanted said of the findings."""
    marked: bool = False
    """Whether the file may hold suppression comments."""
    reliance: bytes = NOTHING
    """What the findings rely on in other files, as `lever_fix.index.reliance` packs it."""
    outside: tuple[str, ...] = ()
    """Those of the files that hold no code of the project."""
    forecast: bytes = b""
    """What becomes of the file, encoded; see `lever_fix.engine.foresight`."""


def is_candidate(source: SourceFile, codemod: Codemod) -> bool:
    """True where the file holds one of the codemod's trigger words."""
    return any(word in source.text for word in codemod.triggers)


def scan_file(
    source: SourceFile,
    codemods: Sequence[Codemod],
    projects: Mapping[str, Project],
    settings: Settings,
) -> Scanned:
    """Run every codemod's per-file step on one file. Never raises.

    Args:
        source: The file.
        codemods: The codemods to run.
        projects: For each codemod's id, what it may ask about the project.
        settings: The settings in force for the file.
    """
    candidates = [codemod for codemod in codemods if is_candidate(source, codemod)]
    index = next((projects[one.id].index for one in candidates if one.index), None)
    if index is None:
        module = Module(source)
    else:
        index.asked.clear()
        module = index.open(source)
    found: list[Finding | Refusal | Problem] = []
    facts: dict[str, msgspec.Raw] = {}
    for codemod in candidates:
        found.extend(run_codemod(codemod, module, projects[codemod.id], facts))
    # Only a file that parses has facts.
    if candidates and (index is None or source.path not in index.facts):
        error = syntax_error_in(module)
        if error is not None:
            # What was found in a file that does not parse cannot be applied.
            found, facts = [problem(module.path, error)], {}
    return Scanned(
        outcome=_outcome(module, found, settings),
        facts=facts,
        marked=MARK in source.text,
        reliance=reliance(index, source.path) if index else NOTHING,
        outside=outside(index) if index else (),
    )


def run_codemod(
    codemod: Codemod, module: Module, project: Project, facts: dict[str, msgspec.Raw]
) -> Iterator[Finding | Refusal | Problem]:
    """One codemod on one module; whatever it raises becomes a problem."""
    if codemod.scan is None:
        yield from guarded(codemod, module.path, codemod.function, module, project)
        return
    scan = codemod.scan

    def step() -> Iterator[Finding | Refusal]:
        fact = scan(module)
        if fact is not None:
            facts[codemod.id] = msgspec.Raw(msgspec.msgpack.encode(fact))
        return iter(())

    yield from guarded(codemod, module.path, step)


def guarded(
    codemod: Codemod,
    path: str,
    step: Callable[..., Iterable[Finding | Refusal]],
    *arguments: Any,
) -> list[Finding | Refusal | Problem]:
    """What a codemod's step yields, named after it; a crash ends it with a problem.

    Other people's codemods run here, and one that crashes on one file must not take the run with
    it: what it found before is kept, and everything else goes on.
    """
    found: list[Finding | Refusal | Problem] = []

    def run() -> None:
        for one in step(*arguments):
            if not isinstance(one, _YIELDED):
                raise TypeError(f"yielded a {type(one).__name__}, neither Finding nor Refusal")
            found.append(msgspec.structs.replace(one, codemod=codemod.id))

    error = failure(run)
    if isinstance(error, UnsupportedError):
        found.append(msgspec.structs.replace(problem(path, error), codemod=codemod.id))
    elif isinstance(error, SourceError):
        found.append(problem(path, error))
    elif error is not None:
        found.append(_crash(codemod, path, error))
    return found


_YIELDED = (Finding, Refusal)
_PLACE = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+))?: (?P<rest>.+)", re.DOTALL)


def problem(path: str, error: LeverFixError) -> Problem:
    """A user error about a file, as a value; without a path, the message names it."""
    match = _PLACE.fullmatch(error.message)
    if match is None or (path and match["path"] != path):
        return Problem(path=path, message=error.message, hint=error.hint)
    line = int(match["line"] or 0)
    return Problem(path=match["path"], line=line, message=match["rest"], hint=error.hint)


def levelled(finding: Finding, settings: Settings) -> Finding:
    """The finding at the level that the configuration moves its codemod to."""
    if finding.safety is Safety.UNSAFE and finding.codemod in settings.safe:
        return msgspec.structs.replace(finding, safety=Safety.SAFE, reasons=())
    if finding.safety is Safety.SAFE and finding.codemod in settings.unsafe:
        source = settings.source or "--config"
        reason = f"`unsafe` in {source} names {finding.codemod}"
        return msgspec.structs.replace(finding, safety=Safety.UNSAFE, reasons=(reason,))
    return finding


def _crash(codemod: Codemod, path: str, error: Exception) -> Problem:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if frame.filename == str(codemod.origin)]
    code = codemod.function.__code__
    # What was written for another tool runs in a function of ours.
    line = own[-1] if own else code.co_firstlineno * (code.co_filename == str(codemod.origin))
    where = f"{codemod.origin}:{line}" if line else codemod.origin
    return Problem(
        path=path or str(codemod.origin),
        codemod=codemod.id,
        message=f"codemod '{codemod.id}' crashed: {type(error).__name__}: {error} ({where})",
        hint="the other codemods were run; please report this with the file",
    )


def _outcome(
    module: Module, found: Sequence[Finding | Refusal | Problem], settings: Settings
) -> FileOutcome:
    findings = sorted(
        (levelled(one, settings) for one in found if isinstance(one, Finding)),
        key=lambda finding: (finding.span.start, finding.codemod),
    )
    problems = [one for one in found if isinstance(one, Problem)]
    return FileOutcome(
        path=module.path,
        sha256=module.source.sha256,
        findings=tuple(with_fingerprints(module, findings)),
        refusals=tuple(one for one in found if isinstance(one, Refusal)),
        # Each codemod meets the same syntax error; once is enough.
        problems=tuple(dict.fromkeys(problems)),
    )
