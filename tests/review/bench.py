"""Findings, sessions and reviews made by hand, for tests that need no analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lever_fix.decisions import DecisionsFile
from lever_fix.model import Edit, Finding, Fix, Plan, Problem, Safety, Span
from lever_fix.review.desk import Desk, Review, Watch, Written
from lever_fix.sources import SourceFile, decode

STAMP = ("Ada Lovelace <ada@example.com>", "2024-02-29T12:00:00Z")


def finding(number: int, **changes) -> Finding:
    """A finding that turns `old` into `new` on line `number` (from 0) of its file."""
    codemod = changes.pop("codemod", "one-thing")
    path = changes.pop("path", "app.py")
    start = changes.pop("start", 4 * number)
    edit = Edit(path, start, start + 3, "new")
    fields = {
        "codemod": codemod,
        "path": path,
        "span": Span(start, start + 3),
        "message": f"`old` is `new` ({number})",
        "safety": Safety.SAFE,
        "fix": Fix((edit,)),
        "fingerprint": f"{codemod}-{path}-{number}",
        **changes,
    }
    return Finding(**fields)


def sources(findings: Sequence[Finding]) -> Mapping[str, SourceFile]:
    """A file of `old` lines for each path of the findings."""
    return {one.path: decode(one.path, b"old\n" * 40) for one in findings}


@dataclass
class Bench:
    """A desk that remembers what it was asked for.

    Attributes:
        findings: What is under review.
        folder: Where decisions are kept.
        files: The sources.
        written: Every plan that was written.
        edits: What the editor was given, and what it leaves.
        during: What goes on while a write is under way.
        problems: What a write could not make.
        fresh: Paths that changed on the disk, and the plan of what is there then.
    """

    findings: list[Finding]
    folder: Path
    files: dict[str, SourceFile] = field(default_factory=dict)
    written: list[Plan] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    editor: Callable[[str, str], str] = lambda name, text: text
    during: Callable[[Watch], None] = lambda watch: None
    problems: tuple[Problem, ...] = ()
    fresh: tuple[list[str], Plan] | None = None
    rank: Mapping[str, int] = field(default_factory=lambda: {"one-thing": 0, "other-thing": 1})

    def __post_init__(self) -> None:
        self.files = self.files or dict(sources(self.findings))

    @property
    def plan(self) -> Plan:
        files = {path: source.sha256 for path, source in self.files.items()}
        return Plan(files=files, findings=tuple(self.findings))

    def review(self, **options) -> Review:
        file = DecisionsFile(self.folder / "decisions.json", lambda: STAMP)
        desk = Desk(
            file=file,
            source=self.files.__getitem__,
            changed=lambda plan: self.fresh[0] if self.fresh else [],
            analyse=self._analyse,
            write=self._write,
            explain=lambda name: f"{name}: explained\n",
            edit=lambda name, text: self.editor(name, text),
            rank=lambda _: self.rank,
        )
        return Review(desk, self.plan, **options)

    def _analyse(self, paths) -> Plan:
        plan, self.fresh = self.fresh[1], None
        return plan

    def _write(self, plan: Plan, watch) -> Written:
        self.during(watch)
        self.written.append(plan)
        made = {one.fingerprint for one in plan.findings}
        left = tuple(one for one in self.findings if one.fingerprint not in made)
        paths = tuple(sorted({one.path for one in plan.findings}))
        return Written(
            plan.findings, paths, msgspec.structs.replace(self.plan, findings=left), self.problems
        )
