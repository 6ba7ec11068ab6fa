"""Rewrite the requests of whole packages, and tell what became of each and whether it type-checks.

    uv run python -m benchmarks.senders DIRECTORY_OR_REQUIREMENT...

A requirement such as `open-webui==0.6.5` is fetched as a wheel; a directory is copied, so that
nothing of the user's is written to. Each tree gets `apply --unsafe -s requests-to-aiohttp`, by the
defaults and again with `public-api = "rewrite"`; every changed file must compile, and mypy, bodies
without annotations included, must find in the changed files no error that was not there before.
`--select to-thread` does the same with that codemod, `--diff` prints what was written, `--refused`
every refusal. Exit code 1 if a file does not compile or type-checks worse than before.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import compiles
from benchmarks.processes import BIN
from benchmarks.wheels import fetch, modules

_PUBLIC = 'requests-to-aiohttp.public-api="rewrite"'
_MYPY = [
    "--check-untyped-defs",
    "--explicit-package-bases",
    "--follow-imports=silent",
    "--ignore-missing-imports",
    "--no-error-summary",
    "--show-error-codes",
]
_ERROR = re.compile(r"^(.+?):\d+: (error: .*)$")
_LINES = re.compile(r"\bline \d+|-L\d+|:\d+")


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("trees", nargs="+", metavar="DIRECTORY|NAME==VERSION")
    parser.add_argument("--select", default="requests-to-aiohttp", metavar="ID")
    parser.add_argument("--diff", action="store_true", help="print what was written")
    parser.add_argument("--refused", action="store_true", help="print every refusal")
    parser.add_argument("--no-types", action="store_true", help="do not run mypy")
    given = parser.parse_args(words)
    failures = 0
    settings = ([], [_PUBLIC]) if given.select == "requests-to-aiohttp" else ([],)
    for name in given.trees:
        tree = fetch(name) if "==" in name else Path(name)
        with tempfile.TemporaryDirectory(prefix="lever-fix-senders-") as scratch:
            for config in settings:
                failures += _rewritten(tree, Path(scratch) / tree.name, config, given)
    return bool(failures)


def _rewritten(tree: Path, copy: Path, config: list[str], given: argparse.Namespace) -> int:
    """Rewrite a copy of a tree; the number of things that are wrong with the outcome."""
    _copied(tree, copy)
    options = ["--isolated", "--no-cache", "-s", given.select]
    options += [word for one in config for word in ("--config", one)]
    plan = json.loads(_run(["lever-fix", "check", "--format", "plan", *options, "."], copy).stdout)
    before = {path: path.read_bytes() for path in modules(copy)}
    done = _run(
        ["lever-fix", "apply", "--unsafe", "--allow-no-vcs", "--quiet", *options, "."], copy
    )
    changed = {path: was for path, was in before.items() if path.read_bytes() != was}
    failed = [path for path in changed if not compiles(path, path.read_bytes())]
    worse = Counter[str]() if given.no_types else _worse(copy, changed)
    print(f"\n{tree.name}{' with public-api' if config else ''}: {_outcomes(plan)}")
    print(f"  {len(changed)} files rewritten, {len(failed)} do not compile, {worse.total()} errors")
    for line in (*done.stderr.splitlines(), *(f"does not compile: {one}" for one in failed)):
        print(f"  {line}")
    for line, count in worse.items():
        print(f"  {count} more: {line}")
    for line in _refused(plan, copy) if given.refused else ():
        print(f"  {line}")
    if given.diff:
        sys.stdout.writelines(_diffs(copy, changed))
    return len(failed) + worse.total()


def _copied(tree: Path, copy: Path) -> None:
    """The modules of a tree, without what a clone or an environment has beside them."""
    shutil.rmtree(copy, ignore_errors=True)
    ignored = shutil.ignore_patterns(".*", "node_modules", "site-packages", "__pycache__")
    shutil.copytree(tree, copy, ignore=ignored, symlinks=True)


def _outcomes(plan: Mapping[str, Any]) -> str:
    """Findings by safety and refusals by code, most first."""
    found = Counter(one["safety"] for one in plan["findings"])
    codes = Counter(one["code"] for one in plan["refusals"])
    parts = [f"{count} {safety}" for safety, count in found.most_common()] or ["no findings"]
    told = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    return f"{', '.join(parts)}; {codes.total()} refused" + (f" ({told})" if told else "")


def _refused(plan: Mapping[str, Any], copy: Path) -> Iterable[str]:
    for one in plan["refusals"]:
        data = (copy / one["path"]).read_bytes()
        line = data.count(b"\n", 0, one["span"]["start"]) + 1
        yield f"{one['path']}:{line}: {one['code']}: {'; '.join(one['chain'])}"


def _diffs(copy: Path, changed: Mapping[Path, bytes]) -> Iterable[str]:
    for path, was in changed.items():
        name = path.relative_to(copy).as_posix()
        old, new = (_lines(text) for text in (was, path.read_bytes()))
        yield from difflib.unified_diff(old, new, f"before/{name}", f"after/{name}", n=6)


def _lines(text: bytes) -> list[str]:
    return text.decode("utf-8", "replace").splitlines(keepends=True)


def _worse(copy: Path, changed: Mapping[Path, bytes]) -> Counter[str]:
    """Errors that mypy finds in the changed files, and did not find before."""
    if not changed:
        return Counter()
    names = [path.relative_to(copy).as_posix() for path in changed]
    after = _errors(copy, names)
    for path, was in changed.items():
        now = path.read_bytes()
        path.write_bytes(was)
        changed = {**changed, path: now}
    before = _errors(copy, names)
    for path, now in changed.items():
        path.write_bytes(now)
    return after - before


def _errors(copy: Path, names: Sequence[str]) -> Counter[str]:
    cache = str(copy.with_name("mypy-cache"))
    done = _run(["mypy", "--cache-dir", cache, *_MYPY, *names], copy)
    found = [_ERROR.match(line) for line in done.stdout.splitlines()]
    if done.returncode not in (0, 1):
        print(f"  mypy ended with {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}")
    return Counter(f"{one[1]}: {_LINES.sub('', one[2])}" for one in found if one)


def _run(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / command[0]), *command[1:]]
    return subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8", check=False)


if __name__ == "__main__":
    sys.exit(main())
