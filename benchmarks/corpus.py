"""Rewrite large packages and tell what came of it: does it compile, is it stable, what is left?

    uv run --isolated --no-editable --no-dev --group bench python -m benchmarks.corpus

Exit code 1 if a rewritten file does not compile, a second run changes something, or anything but
a file that was broken before is reported as a problem.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.processes import BIN
from benchmarks.wheels import fetch, modules

PACKAGES = (
    "langchain_community==0.4.2",
    "litellm==1.109.1",
    "mlflow==3.18.0",
    "prefect==3.9.1",
)
_ALIKE = ["--isolated", "--target-version", "py311"]
_RULES = "UP006,UP007,UP045"


def main() -> int:
    failures = 0
    with tempfile.TemporaryDirectory(prefix="lever-fix-corpus-") as scratch:
        for requirement in PACKAGES:
            tree = Path(scratch) / requirement.partition("==")[0]
            shutil.copytree(fetch(requirement), tree)
            failures += _rewritten(requirement, tree)
            shutil.rmtree(tree)
        library = Path(scratch) / "Lib"
        shutil.copytree(
            sysconfig.get_path("stdlib"),
            library,
            ignore=shutil.ignore_patterns("site-packages", "dist-packages", "__pycache__"),
        )
        failures += _looked_at(library)
    print(f"\n{failures} failures")
    return bool(failures)


def _rewritten(name: str, tree: Path) -> int:
    """Apply the safe fixes of a tree, and count what is wrong with the outcome."""
    before = {path: path.read_bytes() for path in modules(tree)}
    broken = {path for path, data in before.items() if not compiles(path, data)}
    start = time.perf_counter()
    problems = _apply(tree)
    seconds = time.perf_counter() - start
    after = {path: path.read_bytes() for path in modules(tree)}
    changed = [path for path in before if before[path] != after[path]]
    failed = [path for path in changed if not compiles(path, after[path])]
    _apply(tree)
    moved = [path for path in after if path.read_bytes() != after[path]]
    unexpected = [line for line in problems if not any(path.name in line for path in broken)]
    print(
        f"\n{name}: {len(changed):,} of {len(before):,} files rewritten in {seconds:.1f} s; "
        f"{len(failed)} do not compile, {len(moved)} change in a second run, "
        f"{len(broken)} were broken before"
    )
    _listed("  does not compile", (str(path.relative_to(tree)) for path in failed))
    _listed("  changes again", (str(path.relative_to(tree)) for path in moved))
    _listed("  problem", unexpected)
    _remaining(tree)
    return len(failed) + len(moved) + len(unexpected)


def _looked_at(library: Path) -> int:
    """Dry-run over the standard library: nothing but broken files may be reported."""
    broken = {path.name for path in modules(library) if not compiles(path, path.read_bytes())}
    problems = _apply(library, "--dry-run")
    unexpected = [line for line in problems if not any(name in line for name in broken)]
    print(
        f"\nLib of {platform.python_version()}: {len(modules(library)):,} files, {len(broken)} "
        f"broken; {len(problems)} reported, {len(unexpected)} of them sound"
    )
    _listed("  problem", unexpected)
    return len(unexpected)


def _apply(tree: Path, *options: str) -> list[str]:
    """Lines about what went wrong."""
    mode = options or ("--allow-no-vcs", "--quiet")
    command = [str(BIN / "lever-fix"), "apply", "--no-cache", *mode, *_ALIKE, "."]
    done = _run(command, tree)
    lines = [line for line in done.stderr.splitlines() if ".py" in line or "Error" in line]
    if done.returncode not in (0, 2) or "Traceback" in done.stderr:
        lines.append(f"crashed with {done.returncode}: {done.stderr[-2_000:]}")
    return lines


def _remaining(tree: Path) -> None:
    """What ruff would still fix safely, by what we say about the same line."""
    ruff = [str(BIN / "ruff"), "check", "--no-cache", *_ALIKE, "--select", _RULES]
    reported = json.loads(_run([*ruff, "--output-format", "json", "."], tree).stdout)
    safe = [one for one in reported if (one["fix"] or {}).get("applicability") == "safe"]
    known = _words(tree) if safe else {}
    counts: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for one in safe:
        path, row = Path(one["filename"]).relative_to(tree).as_posix(), one["location"]["row"]
        key = one["code"], known.get((path, row), "(nothing was said)")
        counts[key] += 1
        example.setdefault(key, f"{path}:{row}")
    print(f"  ruff would fix {len(safe):,} more safely, and {len(reported) - len(safe):,} unsafely")
    for key, count in counts.most_common():
        print(f"    {count:5} {key[0]}  {key[1]}  {example[key]}")


def _words(tree: Path) -> Mapping[tuple[str, int], str]:
    """What lever-fix says of each line where it refuses or doubts."""
    command = [str(BIN / "lever-fix"), "check", "--no-cache", "--format", "plan", *_ALIKE, "."]
    plan: dict[str, Any] = json.loads(_run(command, tree).stdout)
    words: dict[tuple[str, int], str] = {}
    said = [(one, f"refused: {one['code']}") for one in plan["refusals"]]
    said += [(one, "unsafe: " + "; ".join(one.get("reasons", ()))) for one in plan["findings"]]
    for one, text in said:
        data = (tree / one["path"]).read_bytes()
        first, last = (data.count(b"\n", 0, one["span"][end]) + 1 for end in ("start", "end"))
        words.update({(one["path"], line): text for line in range(first, last + 1)})
    return words


def _run(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "XDG_STATE_HOME": str(cwd.parent / "state"), "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, encoding="utf-8", check=False
    )


def compiles(path: Path, data: bytes) -> bool:
    """Whether the text of a file is Python of this interpreter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
    return True


def _listed(title: str, lines: Iterable[str], most: int = 20) -> None:
    for line in list(lines)[:most]:
        print(f"{title}: {line}")


if __name__ == "__main__":
    sys.exit(main())
