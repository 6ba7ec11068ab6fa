"""Measure lever-fix beside ruff, pyupgrade and LibCST, all in one run, and print the ratios.

    uv run --isolated --no-editable --no-dev --group bench python -m benchmarks.run

The environment holds what a user would have installed, and nothing of ours for development. Every
command is timed whole, on two processors; the tools take turns, and the median counts.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.processes import BIN, Sample, measured
from benchmarks.wheels import fetch, modules

BOUNDED = "langchain_community==0.4.2"
BESIDE = "litellm==1.109.1"
STARTS = 21
"""Runs of what takes a hundredth of a second."""

_OURS = [str(BIN / "lever-fix")]
_ALIKE = ["--isolated", "--target-version", "py311"]
_SAME = ["--select", "optional-to-union,builtin-generics"]
"""The codemods that rewrite what the other tools do."""
_RUFF = [str(BIN / "ruff"), "check", "--no-cache", *_ALIKE, "--select", "UP006,UP007,UP045", "."]
# The command goes first: LibCST takes the first word without a dash for it, be it `-j`'s number.
_LIBCST = [sys.executable, "-m", "libcst.tool", "codemod"]
_LIBCST += ["convert_union_to_or.ConvertUnionToOrCommand", "--no-format", "-j", "2"]
_LIBCST += ["--hide-progress", "."]


@dataclass(frozen=True)
class Tool:
    """A command to time.

    Attributes:
        command: Its words.
        writes: Whether it changes the tree, and so gets a fresh copy.
        rounds: In how many of the rounds it takes part.
    """

    command: Sequence[str]
    writes: bool = False
    rounds: int = 1_000


@dataclass(frozen=True)
class Row:
    """A line of the table: ours beside theirs, and what it must be."""

    what: str
    theirs: str
    ours: str
    ratio: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    def __str__(self) -> str:
        bound, verdict = "", ""
        if self.at_most is not None:
            bound = f"at most {self.at_most:g}"
            verdict = "ok" if self.ratio <= self.at_most else "**over**"
        elif self.at_least is not None:
            bound = f"at least {self.at_least:g}"
            verdict = "ok" if self.ratio >= self.at_least else "**under**"
        ratio = f"{self.ratio:,.2f}" if self.ratio < 10 else f"{self.ratio:,.0f}"
        cells = (self.what, self.theirs, self.ours, f"{ratio} {self.unit}", bound, verdict)
        return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="of the quick tools")
    parser.add_argument("--with-libcst", action="store_true", help="takes minutes")
    parser.add_argument("--without-litellm", action="store_true", help="the bounded package only")
    arguments = parser.parse_args()
    if sys.platform == "linux":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    with tempfile.TemporaryDirectory(prefix="lever-fix-bench-") as scratch:
        rounds = arguments.rounds
        _report(BOUNDED, Path(scratch), rounds, libcst=arguments.with_libcst, bounded=True)
        if not arguments.without_litellm:
            _report(BESIDE, Path(scratch), min(rounds, 3), libcst=False, bounded=False)


def _report(requirement: str, scratch: Path, rounds: int, *, libcst: bool, bounded: bool) -> None:
    origin = fetch(requirement)
    tree = scratch / requirement.partition("==")[0]
    shutil.copytree(origin, tree)
    files = modules(tree)
    size = sum(path.stat().st_size for path in files) / 1e6
    print(
        f"\n{requirement}: {len(files):,} files, {size:.1f} MB; Python "
        f"{platform.python_version()}, {_processors()} processors, median of {rounds} rounds\n"
    )
    print("| against | theirs | ours | ratio | must be | |\n|---|--:|--:|--:|---|---|")
    for row in _rows(_race(_tools(tree, files, libcst, bounded), tree, scratch, rounds), bounded):
        print(row, flush=True)
    if bounded:
        print(_start(scratch), flush=True)


def _tools(tree: Path, files: Sequence[Path], libcst: bool, bounded: bool) -> dict[str, Tool]:
    names = [str(path.relative_to(tree)) for path in files]
    tools = {
        "ruff": Tool(_RUFF),
        "cold": Tool([*_OURS, "check", "--no-cache", *_SAME, *_ALIKE, "."]),
        "warm": Tool([*_OURS, "check", *_SAME, *_ALIKE, "."]),
        "apply": Tool(
            [*_OURS, "apply", "--no-cache", "--allow-no-vcs", *_SAME, *_ALIKE, "."], writes=True
        ),
        "pyupgrade": Tool(
            [str(BIN / "pyupgrade"), "--py311-plus", *names],
            writes=True,
            rounds=3 if bounded else 1,
        ),
    }
    if libcst:
        tools["libcst"] = Tool(_LIBCST, writes=True, rounds=1)
    return tools


def _race(
    tools: Mapping[str, Tool], tree: Path, scratch: Path, rounds: int
) -> dict[str, list[Sample]]:
    """Samples of each tool; the first run of our own, which fills caches, is thrown away."""
    state = scratch / "state"
    measured(tools["warm"].command, tree, state)
    samples: dict[str, list[Sample]] = defaultdict(list)
    for number in range(rounds):
        for name, tool in tools.items():
            if number >= tool.rounds:
                continue
            if tool.writes:
                samples[name].append(_rewriting(name, tool, tree, scratch, state))
            else:
                samples[name].append(measured(tool.command, tree, state))
    return samples


def _rewriting(name: str, tool: Tool, tree: Path, scratch: Path, state: Path) -> Sample:
    """Time a tool on a fresh copy, and see that it did rewrite."""
    with tempfile.TemporaryDirectory(dir=scratch) as copy:
        fresh = shutil.copytree(
            tree, Path(copy) / tree.name, ignore=shutil.ignore_patterns(".lever_fix_cache")
        )
        sample = measured(tool.command, fresh, state)
        if not any(
            (tree / path.relative_to(fresh)).read_bytes() != path.read_bytes()
            for path in modules(fresh)
        ):
            sys.exit(f"{name} changed nothing")
        return sample


def _rows(samples: Mapping[str, Sequence[Sample]], bounded: bool) -> Iterator[Row]:
    took = {
        name: statistics.median(sample.seconds for sample in of) for name, of in samples.items()
    }

    def row(what: str, theirs: str, ours: str, *, faster: float | None, most: float | None) -> Row:
        slower = faster is None
        ratio = took[ours] / took[theirs] if slower else took[theirs] / took[ours]
        return Row(
            what,
            f"{took[theirs]:.2f} s",
            f"{took[ours]:.2f} s",
            ratio,
            "of its time" if slower else "times faster",
            at_most=most if bounded else None,
            at_least=faster if bounded else None,
        )

    ruff = f"ruff {version('ruff')} `check`, ours"
    yield row(f"{ruff} without a cache", "ruff", "cold", faster=None, most=2.0)
    yield row(f"{ruff} with a warm cache", "ruff", "warm", faster=None, most=1.0)
    pyupgrade = f"pyupgrade {version('pyupgrade')} `--py311-plus`"
    yield row(pyupgrade, "pyupgrade", "apply", faster=12, most=None)
    if "libcst" in samples:
        libcst = f"LibCST {version('libcst')} `convert_union_to_or`"
        yield row(libcst, "libcst", "apply", faster=200, most=None)
    ours = [sample for name in ("cold", "warm", "apply") for sample in samples[name]]
    peak = max(sample.megabytes for sample in ours)
    theirs = max(sample.megabytes for sample in samples["ruff"])
    most = 350.0 if bounded else None
    yield Row(
        "peak memory of a process", f"{theirs:.0f} MB", f"{peak:.0f} MB", peak, "MB", at_most=most
    )


def _start(scratch: Path) -> Row:
    """`lever-fix --version` beside an interpreter that does nothing."""
    commands = {"ours": [*_OURS, "--version"], "theirs": [sys.executable, "-c", "pass"]}
    took: dict[str, list[float]] = defaultdict(list)
    for _ in range(STARTS):
        for name, command in commands.items():
            took[name].append(measured(command, scratch, scratch).seconds)
    ours, theirs = (statistics.median(took[name]) for name in ("ours", "theirs"))
    return Row(
        "`python -c pass`, ours `--version`",
        f"{theirs * 1000:.0f} ms",
        f"{ours * 1000:.0f} ms",
        ours / theirs,
        "of its time",
        at_most=6,
    )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


if __name__ == "__main__":
    main()
