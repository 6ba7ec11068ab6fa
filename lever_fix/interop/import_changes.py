"""Imports that came or went, told apart from the changes that need them or made them needless.

A codemod of another tool writes its imports itself, once per file. Here imports are needs of a
finding: so each finding is given those it uses, and what is left over is a finding of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lever_fix.interop.differences import Hunk
from lever_fix.model import Import


@dataclass(frozen=True)
class ImportChange:
    """A hunk of nothing but import statements at module level.

    Attributes:
        added: What only its new lines import.
        removed: What only its old lines import.
    """

    added: frozenset[Import]
    removed: frozenset[Import]


def import_change(old: Sequence[bytes], new: Sequence[bytes], hunk: Hunk) -> ImportChange | None:
    """The imports a hunk changes; None where it changes anything else or only their order."""
    before = _imports(b"".join(old[hunk.start : hunk.end]))
    after = _imports(b"".join(new[hunk.new_start : hunk.new_end]))
    if before is None or after is None:
        return None
    added, removed = after - before, before - after
    return ImportChange(added, removed) if added or removed else None


def _imports(text: bytes) -> frozenset[Import] | None:
    """What a text imports; None where it is not whole import statements and nothing else."""
    if b"#" in text:
        return None  # a comment has to stay where it is
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return None
    found: set[Import] = set()
    for statement in body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            return None
        found.update(_names(statement))
    return None if any(one.name == "*" for one in found) else frozenset(found)


def _names(statement: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    module = ""
    if isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
    for alias in statement.names:
        if module:
            yield Import(module, alias.name, alias.asname or "")
        else:
            yield Import(alias.name, "", alias.asname or "")


def explained(
    changes: Sequence[ImportChange],
    words: Sequence[tuple[frozenset[str], frozenset[str]]],
    missed: Collection[str] = (),
) -> tuple[list[list[Import]], list[list[str]], list[int]]:
    """Which of the other changes account for the imports.

    Args:
        changes: The hunks that change imports.
        words: For each other change, the words it takes away and those it brings.
        missed: Names that are used though their import is gone: such a change is left as it is,
            for what comes of it to be refused.

    Returns:
        For each other change the imports it needs and the names it frees; and the indices of
        the import changes that are accounted for in full, and need not be made as such.
    """
    needs: list[list[Import]] = [[] for _ in words]
    freed: list[list[str]] = [[] for _ in words]
    accounted: list[int] = []
    bound_again = _bound(changes, "added") & _bound(changes, "removed") | {*missed}
    for index, change in enumerate(changes):
        wanted = [(one, _using(one, [new for _, new in words])) for one in change.added]
        gone = [(one, _using(one, [old for old, _ in words])) for one in change.removed]
        names = {one.bound for one in change.added | change.removed}
        if names & bound_again or not all(users for _, users in (*wanted, *gone)):
            continue
        accounted.append(index)
        for one, users in wanted:
            for user in users:
                needs[user].append(one)
        for one, users in gone:
            for user in users:
                freed[user].append(one.bound)
    return needs, freed, accounted


def _bound(changes: Sequence[ImportChange], which: str) -> set[str]:
    return {one.bound for change in changes for one in getattr(change, which)}


def _using(one: Import, words: Sequence[frozenset[str]]) -> list[int]:
    """The changes that have the name; every one for a directive that is for the whole file."""
    if one.module == "__future__":
        return list(range(len(words)))
    return [at for at, known in enumerate(words) if one.bound in known]
