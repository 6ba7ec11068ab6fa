"""All accepted findings of one file, as its new text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lever_fix.model import Definition, Finding, Import, Move, Needs, Problem
from lever_fix.rewrite.definitions import Inserted, insert_definitions
from lever_fix.rewrite.imports import edit_imports
from lever_fix.rewrite.splices import moved, splice
from lever_fix.sources import SourceFile


@dataclass(frozen=True)
class Composed:
    """The new text of one file.

    Attributes:
        text: With every edit and every need of the findings; as UTF-8.
        problems: Findings that need something the file cannot give; they have to be dropped, and
            the rest composed anew.
        dropped: The findings the problems are about, in the same order.
    """

    text: bytes
    problems: tuple[Problem, ...] = ()
    dropped: tuple[Finding, ...] = ()


def compose(
    source: SourceFile,
    findings: Sequence[Finding],
    line_length: int = 88,
    *,
    first_party: Iterable[str] = (),
) -> Composed:
    """Make the edits of all findings in one file, then work out its imports for just this set.

    Edits and needs for other paths are left to the calls for those paths.

    Args:
        source: The file the findings were made on.
        findings: Findings that do not conflict with each other.
        line_length: Columns a rewritten import should keep to where it has a choice.
        first_party: Top-level packages of the project: new imports keep apart from them. They are
            guessed from the path where none is given.

    Raises:
        ValueError: Two edits overlap.
        SourceError: A definition is needed and the edited text does not parse.
    """
    path = source.path
    fixes = [finding.fix for finding in findings if finding.fix]
    edits = [edit for fix in fixes for edit in fix.edits if edit.path == path]
    needs = [need for fix in fixes for need in fix.needs if need.path == path]
    text = splice(source.text, edits)
    if not any(need.imports or need.freed or need.moved or need.definitions for need in needs):
        return Composed(text)
    definitions = [definition for need in needs for definition in need.definitions]
    # Before the imports: those go above the first use, and a definition may be just that.
    inserted = insert_definitions(text, path, definitions) if definitions else Inserted(text)
    moves = [
        Move(move.source, move.target, moved(moved(move.offset, edits), inserted.edits))
        for move in dict.fromkeys(move for need in needs for move in need.moved)
    ]
    text = edit_imports(
        inserted.text,
        path,
        before=source.text,
        add=_imports(needs, definitions),
        freed=[name for need in needs for name in need.freed],
        moved=moves,
        line_length=line_length,
        first_party=first_party,
    )
    return _reported(Composed(text), path, findings, set(inserted.taken))


def _imports(needs: Sequence[Needs], definitions: Sequence[Definition]) -> list[Import]:
    return [
        *(name for need in needs for name in need.imports),
        *(name for definition in definitions for name in definition.imports),
    ]


def _reported(
    composed: Composed, path: str, findings: Sequence[Finding], taken: set[str]
) -> Composed:
    """Name the findings whose definition could not be inserted."""
    problems: list[Problem] = []
    dropped: list[Finding] = []
    for finding in findings:
        needs = finding.fix.needs if finding.fix else ()
        names = {d.name for need in needs if need.path == path for d in need.definitions} & taken
        for name in sorted(names)[:1]:
            message = f"the fix needs to define '{name}', which the file has for something else"
            hint = f"rename '{name}' in {path}, or leave this finding out"
            problems.append(Problem(path=path, message=message, codemod=finding.codemod, hint=hint))
            dropped.append(finding)
    return replace(composed, problems=tuple(problems), dropped=tuple(dropped))
