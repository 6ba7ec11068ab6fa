"""`lever-fix new`: a codemod and its failing test to start from."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from lever_fix import registry
from lever_fix.errors import UsageError

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_FOLDER = Path("codemods")
_TESTS = Path("tests")


def new(
    name: Annotated[str, typer.Argument(help="Its id, such as aware-utcnow.", metavar="ID")],
    directory: Annotated[
        Path, typer.Option("--directory", help="Where the codemod goes.", metavar="DIR")
    ] = _FOLDER,
    tests: Annotated[
        Path, typer.Option("--tests", help="Where its test goes.", metavar="DIR")
    ] = _TESTS,
) -> None:
    """Write a codemod and its failing test to start from."""
    if not _ID.fullmatch(name):
        dashed = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        raise UsageError(
            f"'{name}' cannot be a codemod's id: small letters, digits and single dashes, "
            "a letter first",
            f"lever-fix new {dashed}" if _ID.fullmatch(dashed) else "such as aware-utcnow",
        )
    if name in registry.load():
        raise UsageError(f"there is a codemod '{name}' already", f"see `lever-fix explain {name}`")
    stem = name.replace("-", "_")
    # A project that keeps tests of codemods apart has a folder for them.
    below = tests / _FOLDER if (tests / _FOLDER).is_dir() else tests
    file, test = directory / f"{stem}.py", below / f"test_{stem}.py"
    for path in (file, test):
        if path.exists():
            raise UsageError(f"{path} is there already", "choose another id, or move it away")
    code = _CODEMOD.replace("my_codemod", stem).replace("my-codemod", name)
    _write(file, code)
    relative = Path(*[".."] * len(below.parts), file) if not file.is_absolute() else file
    _write(
        test,
        _TEST.replace("my-codemod", name).replace("CODEMOD_PATH", relative.as_posix()),
    )
    sys.stdout.write(
        f"{file}: the codemod; its function finds nothing yet\n"
        f"{test}: its test, which fails until it does\n\n"
        f"  pytest {test}\n"
        f"  lever-fix check --codemod {file} --select {name}\n"
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "x", encoding="utf-8", newline="\n") as file:
        file.write(text)


_CODEMOD = '''"""Say what is rewritten, and into what.

Say why: what goes wrong with the old form, and which standard asks for the new one.

Fix safety: say when a fix is `safe`, because the analysis shows that the code behaves as before,
and when it is `unsafe`, because something could not be shown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.codemod import Case, Finding, Module, Project, Refusal, Safety, codemod

REASON = "what has this `warn` need not be a logger"
CASES = (
    Case('log.warn("full")\\n', 'log.warning("full")\\n', REASON, Safety.UNSAFE),
    Case('warnings.warn("old")\\n', None, "this `warn` is the one that is meant"),
)
"""What `lever-fix explain my-codemod` shows; the test runs them."""


@codemod(
    summary="Call a logger's warning, not warn",
    # A file without one of these words is not looked at: that is what makes it fast.
    triggers=("warn",),
    cases=CASES,
)
def my_codemod(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """Find each place, and yield what is there, how far its fix can be trusted, and the edits."""
    for match in module.occurrences(["warn"]):
        # The word may stand in a string; this parses the one statement around it, no more.
        statement = module.statement_at(match.start())
        for node in (inner for top in statement.nodes for inner in ast.walk(top)):
            if not isinstance(node, ast.Attribute) or statement.span(node).end != match.end():
                continue
            if isinstance(node.value, ast.Name) and node.value.id == "warnings":
                yield module.refusal(statement.span(node), "no-logger", "it warns on purpose")
                continue
            # What is missing is the finding:
            # yield module.finding(
            #     statement.span(node),
            #     "`warn` is deprecated, and called `warning`",
            #     safety=Safety.UNSAFE,
            #     reasons=(REASON,),
            #     edits=(module.edit(match.start(), match.end(), "warning"),),
            # )
            # An import that its text needs is no edit: `needs=module.needs(imports=(Import(…),))`.
'''

_TEST = '''"""What my-codemod rewrites, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lever_fix.model import Safety
from lever_fix.registry import load
from lever_fix.testing import check_rewrites, check_unchanged

PATH = str(Path(__file__).parent / "CODEMOD_PATH")
CASES = load([PATH])["my-codemod"].cases


@pytest.mark.parametrize("case", CASES, ids=[case.before.strip() for case in CASES])
def test_cases(case):
    if case.after is None:
        check_unchanged("my-codemod", case.before, extra=(PATH,))
    else:
        check_rewrites("my-codemod", case.before, case.after, safety=case.safety, extra=(PATH,))


def test_strings_and_comments_are_left_alone():
    check_unchanged("my-codemod", 'print("log.warn")  # log.warn\\n', extra=(PATH,))


def test_each_place_is_a_finding():
    result = check_rewrites(
        "my-codemod",
        "log.warn(1)\\nself.log.warn(  # why\\n    2\\n)\\n",
        "log.warning(1)\\nself.log.warning(  # why\\n    2\\n)\\n",
        safety=Safety.UNSAFE,
        extra=(PATH,),
    )
    assert len(result.findings) == 2
'''
