"""A laboratory for the engine: real files, and codemods written for one test."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lever_fix.engine.run import Run
from lever_fix.engine.settle import MAX_ROUNDS, Settled, settle, top_level
from lever_fix.engine.workers import Context, Foresight, Group, Workers
from lever_fix.model import Finding, Safety
from lever_fix.registry import in_order, load
from lever_fix.settings import Settings

_HEAD = '''"""A codemod for one test.

Fix safety: safe.
"""
import msgspec
from lever_fix.codemod import *


def each(module, word):
    """Spans of a word."""
    start = module.text.find(word)
    while start >= 0:
        yield Span(start, start + len(word))
        start = module.text.find(word, start + 1)


def replaced(module, span, text, **needs):
    """A finding that puts a text in the place of a span."""
    edit = Edit(module.path, span.start, span.end, text)
    need = Needs(module.path, **needs) if needs else None
    return module.finding(span, f"write {text}", edits=(edit,), needs=need)


'''


@dataclass
class Lab:
    """A directory of files and codemods, and runs over them."""

    root: Path
    ids: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    open: list[Workers] = field(default_factory=list)
    ahead: bool = False
    """Whether rounds are worked out where findings are made, as `apply` has it."""

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for path, data in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data.encode() if isinstance(data, str) else data)

    def codemod(self, name: str, body: str, *, rest: str = "", **options: Any) -> Path:
        """Write a codemod; its body yields from `module` (or decides from `facts`)."""
        options = {"summary": f"Do {name}", "triggers": ("",), "cases": (), **options}
        words = ", ".join(f"{key}={value!r}" for key, value in options.items())
        for raw in ("scan", "facts", "options", "sections", "prepare", "tables"):
            words = words.replace(f"{raw}='{options.get(raw)}'", f"{raw}={options.get(raw)}")
        first = "facts" if "scan" in options else "module"
        body = textwrap.indent(textwrap.dedent(body).strip(), "    ")
        code = f"{_HEAD}{textwrap.dedent(rest)}\n\n@codemod({words})\n"
        code += f"def {name}({first}, project):\n{body}\n"
        file = self.root / "mods" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(code)
        if name.replace("_", "-") not in self.ids:
            self.ids.append(name.replace("_", "-"))
            self.sources.append(str(file))
        return file

    def replacing(self, name: str, old: str, new: str, **options: Any) -> Path:
        """Write a codemod that puts one text in the place of another."""
        needs = options.pop("needs", "")
        body = f"for span in each(module, {old.encode()!r}):\n"
        body += f"    yield replaced(module, span, {new!r}{needs and ', ' + needs})"
        return self.codemod(name, body, triggers=(old,), **options)

    def run(self, jobs: int = 1, cache: bool = False, settings: Settings | None = None) -> Run:
        paths = sorted(
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*.py")
            if "mods" not in path.parts
        )
        group = Group(tuple(self.ids), settings or Settings())
        foresight = None
        if self.ahead:
            order = tuple(in_order(load(self.sources, self.root)))
            foresight = Foresight(Safety.UNSAFE, order, top_level(paths))
        context = Context(str(self.root), tuple(self.sources), (group,), foresight=foresight)
        workers = Workers(context, jobs)
        self.open.append(workers)
        return Run(workers, dict.fromkeys(paths, 0), self.root / ".cache" if cache else None)

    def settle(
        self,
        accept: Callable[[Finding], bool] = lambda _: True,
        rounds: int = MAX_ROUNDS,
        run: Run | None = None,
    ) -> Settled:
        run = run or self.run()
        order = {name: at for at, name in enumerate(in_order(load(self.sources, self.root)))}
        return settle(run, run.plan(), accept, order, rounds=rounds)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(tmp_path)
    yield lab
    for workers in lab.open:
        workers.__exit__()
