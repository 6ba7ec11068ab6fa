"""A bulk migration as a script: three services, three policies, one report.

    uv run python examples/migrate_services.py [DIRECTORY]

It makes three small repositories to work on, each with a test of its own, and brings them to
today's annotations. What a campaign file cannot say, a script can: `billing` is migrated as a
whole, `catalogue` only outside of its public `api` package, and `legacy` only as far as its tests,
which read the source, bear it. Every change is a commit on a branch, and the last run is taken back
again at the end, to show how.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lever_fix.api import LeverFixError, Plan, Project, Result

BRANCH = "modern-annotations"
CODEMODS = ["builtin-generics", "optional-to-union"]
TEST = f"{shlex.quote(sys.executable)} check.py"

SERVICES = {
    "billing": {
        "billing/__init__.py": "",
        "billing/invoices.py": (
            "from typing import Dict, List, Optional\n\n\n"
            "def totals(invoices: List[Dict[str, int]]) -> Dict[str, int]:\n"
            '    """Sum the amounts by currency."""\n'
            "    found: Dict[str, int] = {}\n"
            "    for invoice in invoices:\n"
            "        for currency, amount in invoice.items():\n"
            "            found[currency] = found.get(currency, 0) + amount\n"
            "    return found\n\n\n"
            "def discount(customer: Optional[str] = None) -> Optional[int]:\n"
            "    return 10 if customer else None\n"
        ),
        "check.py": (
            "from billing.invoices import discount, totals\n\n"
            'assert totals([{"EUR": 1}, {"EUR": 2}]) == {"EUR": 3}\n'
            'assert (discount(), discount("ada")) == (None, 10)\n'
        ),
    },
    "catalogue": {
        "catalogue/__init__.py": "",
        "catalogue/api/__init__.py": (
            "from typing import Optional\n\n\n"
            "def find(sku: str, shop: Optional[int] = None) -> Optional[str]:\n"
            "    return sku if shop is None else None\n"
        ),
        "catalogue/store.py": (
            "from typing import List, Optional\n\n"
            "from catalogue.api import find\n\n\n"
            "def known(skus: List[str]) -> List[Optional[str]]:\n"
            "    return [find(sku) for sku in skus]\n"
        ),
        "check.py": 'from catalogue.store import known\n\nassert known(["a"]) == ["a"]\n',
    },
    "legacy": {
        "legacy.py": (
            "from typing import List, Optional\n\n\n"
            "def rows(limit: Optional[int] = None) -> List[int]:\n"
            "    return list(range(limit or 0))\n\n\n"
            "def first(values: List[int]) -> Optional[int]:\n"
            "    return values[0] if values else None\n"
        ),
        "check.py": (
            "import inspect\n\nimport legacy\n\n"
            "assert legacy.rows(2) == [0, 1]\n"
            "# A form is generated from this signature, by searching the text.\n"
            'assert "limit: Optional[int]" in inspect.getsource(legacy.rows)\n'
        ),
    },
}
"""The files of each service."""


@dataclass(frozen=True)
class Policy:
    """What may be changed in a service."""

    narrow: Callable[[Plan], Plan]
    why: str


POLICIES: Mapping[str, Policy] = {
    "billing": Policy(lambda plan: plan, "all of it"),
    "catalogue": Policy(
        lambda plan: plan.filter(lambda finding: "/api/" not in finding.path),
        "all but its public interface",
    ),
    "legacy": Policy(lambda plan: plan, "as far as its tests go along"),
}


def migrate(directory: Path, policy: Policy) -> tuple[Plan, Result]:
    """Bring one service up to date, on a branch, with one commit for each codemod."""
    project = Project(directory, cache=False)
    plan = policy.narrow(project.plan(select=CODEMODS))
    result = project.apply(
        plan,
        branch=BRANCH,
        commit="per-codemod",
        message="refactor: {summary}\n\n{findings} in {files}.",
        verify=TEST,
    )
    return plan, result


def generate(directory: Path, files: Mapping[str, str]) -> None:
    """A repository with one commit."""
    for path, text in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    person = ["-c", "user.name=Example", "-c", "user.email=example@example.com"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Start"]):
        subprocess.run(["git", *person, *command], cwd=directory, check=True)
    for key, value in (("user.name", "Example"), ("user.email", "example@example.com")):
        subprocess.run(["git", "config", key, value], cwd=directory, check=True)


def main(base: Path) -> int:
    """Migrate every service; one that fails does not stop the others."""
    failed = 0
    for name, files in SERVICES.items():
        directory = base / name
        generate(directory, files)
        policy = POLICIES[name]
        try:
            plan, result = migrate(directory, policy)
        except LeverFixError as error:
            print(f"{name}: {error.message}\n  {error.hint}")
            failed += 1
            continue
        print(f"{name} ({policy.why}): {len(result.findings)} of {len(plan)} on {result.branch}")
        for codemod, part in plan.by_codemod().items():
            made = sum(finding.codemod == codemod for finding in result.findings)
            print(f"  {codemod}: {made} of {len(part)}")
        for group in result.proof.guilty if result.proof else ():
            for finding in group.findings:
                print(f"  left out, as its test fails with it: {finding.path}: {finding.message}")
    undone = Project(base / "legacy", cache=False).undo()
    print(f"legacy: {len(undone.moved_back)} commits taken back")
    return failed


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(main(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as place:
        sys.exit(main(Path(place)))
