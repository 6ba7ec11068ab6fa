"""Two campaigns over whole packages: twenty wheels, and six source distributions with their tests.

    uv run --group bench python -m benchmarks.campaign_packages DIRECTORY [--again]

Everything is pinned. Each package becomes a repository; its tests, or for wheels the import of all
its modules, are the verify command. Every codemod that is on by default runs, and unsafe findings
are made, too. What is in DIRECTORY already is not made again, and a campaign that was cut short
goes on; `--again` starts both anew. Prints what came of it as Markdown; `DIRECTORY/wheels.html` and
`DIRECTORY/sources.html` are the reports.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import importing
from lever_fix.bulk.html import render_report
from lever_fix.bulk.order import Outcome
from lever_fix.bulk.run import Asked, run_campaign
from lever_fix.bulk.state import Row, state_file
from lever_fix.bulk.status import render_status

WHEELS = """
    aiida-core==2.9.4 ansible-core==2.19.14 apache-airflow-core==3.3.2 apache-superset==6.1.0
    argilla-server==2.8.0 chainlit==2.12.0 dagster==1.13.29 dask==2026.8.0 dbt-core==1.12.6
    galaxy-data==26.1.2 jupyterhub==6.1.1 langchain-community==0.4.2 langflow-base==1.13.0
    lightrag-hku==1.5.7 litellm==1.110.2 mlflow==3.18.0 open-webui==0.12.4 prefect==3.9.1
    zenml==0.98.0 zou==1.0.97
""".split()

SOURCES = {
    "arrow==1.3.0": "tests",
    "click==8.1.7": "tests",
    "prometheus-client==0.20.0": "tests",
    "pyairtable==2.3.3": "tests",
    "pyjwt==2.8.0": "tests",
    "responses==0.25.3": "responses/tests",
}
"""Source distributions that bring their tests, and where these are."""

TEST_NEEDS = """
    pytest==7.4.4 pytest-asyncio==0.21.2 pytest-cov==5.0.0 pytest-httpserver==1.0.10
    pytest-mock==3.14.0 cryptography==42.0.8 inflection==0.5.1 pydantic==2.8.2
    python-dateutil==2.9.0.post0 pytz==2024.1 pyyaml==6.0.2 requests==2.32.3
    requests-mock==1.12.1 simplejson==3.19.2 tomli-w==1.0.0 urllib3==2.1.0
""".split()

CAMPAIGN = """\
repositories = ["{name}/*"]
branch = "modern"
target-version = "py310"
unsafe = true
verify = "sh campaign-check"
verify-timeout = 1200
# Not every module of a wheel can be imported without its dependencies, and some tests need a net.
verify-baseline-fails = true
jobs = 2
"""


def main(directory: Path, again: str = "") -> None:
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    os.environ |= _hermetic(directory)
    python = _test_environment(directory / "environment")
    for requirement in WHEELS:
        _make(directory, "wheels", requirement, "")
    for requirement, tests in SOURCES.items():
        check = f"exec {shlex.quote(str(python))} -m pytest -q -rfE {tests}"
        _make(directory, "sources", requirement, check)
    for name in ("sources", "wheels"):
        file = directory / f"{name}.toml"
        file.write_text(CAMPAIGN.format(name=name))
        if again:
            state_file(file).unlink(missing_ok=True)
        rows = run_campaign(file, Asked(), lambda line: print(line, flush=True))
        file.with_suffix(".html").write_bytes(render_report(f"Packages: {name}", rows))
        print(f"\n## {name}\n", render_status(rows), *_summary(rows), sep="\n")


def _hermetic(directory: Path) -> dict[str, str]:
    """Variables that keep what a package does when it is imported in one place."""
    home = directory / "home"
    home.mkdir(exist_ok=True)
    person = {"NAME": "Campaign", "EMAIL": "campaign@example.com"}
    roles = {f"GIT_{role}_{key}": person[key] for role in ("AUTHOR", "COMMITTER") for key in person}
    return {
        **roles,
        "HOME": str(home),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }


def _test_environment(place: Path) -> Path:
    """An interpreter that has what the tests need."""
    python = place / "bin" / "python"
    if not python.exists():
        _run("uv", "venv", "--quiet", "--python", sys.executable, str(place))
        _run("uv", "pip", "install", "--quiet", "--python", str(python), *TEST_NEEDS)
    return python


def _make(directory: Path, kind: str, requirement: str, check: str) -> None:
    """Make a package a repository, whose `campaign-check` is what it is verified by."""
    name = requirement.partition("==")[0]
    repository = directory / kind / name
    if repository.exists():
        return
    partial = directory / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    archive = _downloaded(directory / "archives" / name, requirement, binary=not check)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(partial)
        check = " ".join(_import_command(partial))
    else:
        with tarfile.open(archive) as source:
            source.extractall(directory / "unpacked", filter="data")
        (unpacked,) = (directory / "unpacked").iterdir()
        unpacked.rename(partial)
    (partial / "campaign-check").write_text(f"{check}\n")
    for command in (
        ["init", "--quiet"],
        ["add", "--all", "--force"],
        ["commit", "--quiet", "--message", requirement],
    ):
        _run("git", "-C", str(partial), *command)
    repository.parent.mkdir(exist_ok=True)
    partial.rename(repository)


def _downloaded(place: Path, requirement: str, *, binary: bool) -> Path:
    kind = "--only-binary=:all:" if binary else "--no-binary=:all:"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", kind]
    if not place.exists():
        _run(*pip, "--dest", str(place), requirement)
    (archive,) = place.iterdir()
    return archive


def _import_command(tree: Path) -> Iterator[str]:
    yield from ("exec", shlex.quote(sys.executable), shlex.quote(str(importing.__file__)))
    for path in sorted(tree.iterdir()):
        if path.suffix == ".py" or (path.is_dir() and path.name.isidentifier()):
            yield shlex.quote(path.name)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _summary(rows: Sequence[Row]) -> Iterator[str]:
    """What was found, made and left out, by codemod, and all that went wrong."""
    outcomes = [row.outcome for row in rows if row.outcome is not None]
    found = Counter[str]()
    applied = Counter[str]()
    for count in (count for outcome in outcomes for count in outcome.counts):
        found[count.codemod] += count.found
        applied[count.codemod] += count.applied
    left_out = Counter(one.codemod for outcome in outcomes for one in outcome.left_out)
    yield "| codemod | found | applied | left out |\n|---|--:|--:|--:|"
    for name in sorted(found | applied):
        yield f"| {name} | {found[name]:,} | {applied[name]:,} | {left_out[name]:,} |"
    yield f"| all | {found.total():,} | {applied.total():,} | {left_out.total():,} |\n"
    for outcome in outcomes:
        yield from _wrong(outcome)


def _wrong(outcome: Outcome) -> Iterator[str]:
    if outcome.error:
        yield f"{outcome.name}: failed: {outcome.error}"
    yield from (f"{outcome.name}: not handled: {one}" for one in outcome.problems)
    yield from (f"{outcome.name}: warning: {one}" for one in outcome.warnings)
    for one in outcome.left_out:
        yield f"{outcome.name}: left out: {one.place}: {one.codemod}: {one.message}\n{one.output}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
