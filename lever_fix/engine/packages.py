"""The packages that findings need, in the manifests of the projects they stand in."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lever_fix.engine.analyse import problem
from lever_fix.engine.run import Run
from lever_fix.errors import LeverFixError
from lever_fix.model import FileChange, Finding, Problem


def manifest_changes(
    run: Run, made: Sequence[Finding]
) -> tuple[dict[str, tuple[FileChange, set[str]]], list[tuple[Finding, Problem]]]:
    """The dependency manifests with the packages that findings need, and who cannot have them.

    Returns:
        Changes and codemods by path; and the findings whose manifest cannot be changed.
    """
    wanted: dict[str, dict[str, set[str]]] = {}
    for finding in made:
        for need in finding.fix.needs if finding.fix else ():
            for package in need.packages:
                codemods = wanted.setdefault(need.path, {}).setdefault(package, set())
                codemods.add(finding.codemod)
    changed: dict[str, tuple[FileChange, set[str]]] = {}
    failed: list[tuple[Finding, Problem]] = []
    for path, packages in wanted.items():
        from lever_fix.rewrite.manifests import add_packages  # tomlkit takes 60 ms to load

        overlay = run.overlay | {name: one.after for name, (one, _) in changed.items()}
        try:
            change = add_packages(run.root, path, packages, overlay)
        except LeverFixError as error:
            found = problem("", error)
            failed += [(one, found) for one in made if _needs_packages(one, path)]
            continue
        if change is not None:
            first, codemods = changed.get(change.path, (change, set()))
            whole = msgspec.structs.replace(change, before=first.before)
            changed[change.path] = whole, codemods.union(*packages.values())
    return changed, failed


def _needs_packages(finding: Finding, path: str) -> bool:
    needs = finding.fix.needs if finding.fix else ()
    return any(need.packages for need in needs if need.path == path)
