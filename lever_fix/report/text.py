"""Findings for people: by file, each with its code frame and reasons, and a closing summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from lever_fix.model import Finding, Fix, Plan, Problem, Refusal, Safety
from lever_fix.report.frame import Cursor, frame
from lever_fix.report.paths import Shown, as_is
from lever_fix.report.style import PLAIN, Palette
from lever_fix.report.visible import visible
from lever_fix.sources import SourceFile

Sources = Callable[[str], SourceFile]
"""Gives the source file of a path."""


def render_findings(
    plan: Plan, sources: Sources, *, palette: Palette = PLAIN, shown: Shown = as_is
) -> str:
    """All findings of a plan, grouped by file; empty where it has none."""
    return "\n".join(
        _file(sources(path), findings, visible(shown(path)), palette, shown)
        for path, findings in sorted(plan.by_path())
    )


ANYWHERE = "\0"
"""Stands for the path in what `note_findings` writes; no other text of a report can hold it."""


def note_findings(source: SourceFile, findings: Sequence[Finding]) -> bytes:
    """All findings of one file without colour, to be kept and shown from any directory.

    Empty where a finding names another file, whose path depends on the directory.
    """
    for finding in findings:
        if finding.fix and any(edit.path != source.path for edit in finding.fix.edits):
            return b""
    return _file(source, list(findings), ANYWHERE, PLAIN, as_is).encode("utf-8", "replace")


def _file(
    source: SourceFile, findings: list[Finding], label: str, palette: Palette, shown: Shown
) -> str:
    cursor = Cursor(source)
    findings.sort(key=lambda finding: (finding.span.start, finding.span.end, finding.codemod))
    return "\n".join([_finding(finding, cursor, label, palette, shown) for finding in findings])


def _finding(finding: Finding, cursor: Cursor, label: str, palette: Palette, shown: Shown) -> str:
    place = cursor.place(finding.span.start)
    code, gutter = frame(cursor, place, finding.span, palette)
    reset = palette.reset
    text = (
        f"{palette.path}{label}:{place.line}:{place.column}{reset}: "
        f"{palette.codemod}{visible(finding.codemod)}{reset} "
        f"{_level(finding.safety, palette)} {visible(finding.message)}\n"
        f"{code}\n"
    )
    if finding.reasons or (finding.fix and _reaches_out(finding.path, finding.fix)):
        indent = " " * (gutter + 1)
        text += "".join(f"{indent}{note}\n" for note in _notes(finding, palette, shown))
    return text


def _level(safety: Safety, palette: Palette) -> str:
    # Looking an enum up in a dict, or asking for its value, costs more than the comparison.
    if safety is Safety.SAFE:
        return f"{palette.safe}[safe]{palette.reset}"
    if safety is Safety.UNSAFE:
        return f"{palette.unsafe}[unsafe]{palette.reset}"
    return f"{palette.display}[display]{palette.reset}"


def _reaches_out(path: str, fix: Fix) -> bool:
    """Whether a fix changes anything besides one file."""
    elsewhere = [edit for edit in fix.edits if edit.path != path]
    return bool(elsewhere or [need for need in fix.needs if need.packages])


def _notes(finding: Finding, palette: Palette, shown: Shown) -> list[str]:
    """Why the finding is not safe, and what its fix changes elsewhere."""
    word = f"{palette.display}note{palette.reset}"
    if finding.safety is Safety.UNSAFE:
        word = f"{palette.unsafe}unsafe{palette.reset}"
    notes = [f"= {word}: {visible(reason)}" for reason in finding.reasons]
    fix = finding.fix
    if fix is None:
        return notes
    elsewhere = [edit.path for edit in fix.edits if edit.path != finding.path]
    for path in sorted(set(elsewhere)):
        label = f"{palette.path}{visible(shown(path))}{palette.reset}"
        notes.append(f"= also edits {label} ({counted(elsewhere.count(path), 'place')})")
    packages = dict.fromkeys(package for need in fix.needs for package in need.packages)
    notes += [f"= adds the dependency {visible(package)}" for package in packages]
    return notes


def render_refusals(
    refusals: Iterable[Refusal],
    sources: Sources,
    *,
    palette: Palette = PLAIN,
    shown: Shown = as_is,
) -> str:
    """Places that were looked at closely and left alone, each with what blocks it."""
    rows = []
    ordered = sorted(refusals, key=lambda r: (r.path, r.span.start, r.codemod, r.code))
    for refusal in ordered:
        line, column = sources(refusal.path).position(refusal.span.start)
        rows.append(
            f"{palette.path}{visible(shown(refusal.path))}:{line}:{column}{palette.reset}: "
            f"{palette.codemod}{visible(refusal.codemod)}{palette.reset} "
            f"{palette.dim}[left alone: {visible(refusal.code)}]{palette.reset}"
        )
        rows += [f"{'  ' * depth}  {visible(link)}" for depth, link in enumerate(refusal.chain)]
    return "".join(f"{row}\n" for row in rows)


def render_problems(
    problems: Iterable[Problem], *, palette: Palette = PLAIN, shown: Shown = as_is
) -> str:
    """Files that could not be handled and findings that had to be dropped, with the next step."""
    rows = []
    for problem in sorted(problems, key=lambda p: (p.path, p.line, p.message)):
        place = visible(shown(problem.path)) + (f":{problem.line}" if problem.line else "")
        # A crash names its codemod in the message already.
        named = not problem.codemod or problem.codemod in problem.message
        codemod = "" if named else f"{visible(problem.codemod)}: "
        rows.append(
            f"{palette.error}error{palette.reset}: {palette.path}{place}{palette.reset}: "
            f"{codemod}{visible(problem.message)}"
        )
        if problem.hint:
            rows.append(f"  {palette.bold}hint{palette.reset}: {visible(problem.hint)}")
    return "".join(f"{row}\n" for row in rows)


def summary(plan: Plan, *, unsafe: bool = False) -> str:
    """The closing lines: how much was found, and what to do about it.

    Args:
        plan: What was found.
        unsafe: Whether the user asked for unsafe fixes too.
    """
    counts = Counter((one.safety, one.fix is not None) for one in plan.findings)
    lines = [_found(plan, counts, unsafe)]
    held_back = 0 if unsafe else counts[Safety.UNSAFE, True]
    if held_back:
        more = "more " if counts[Safety.SAFE, True] else ""
        available = counted(held_back, f"{more}fix", f"{more}fixes")
        lines.append(f"{available} available with `--unsafe`, once you have read the reasons.")
    if plan.suppressed:
        lines.append(f"{counted(plan.suppressed, 'finding')} suppressed by comments.")
    if plan.problems:
        lines.append(f"{counted(len(plan.problems), 'error')}; see above.")
    return "".join(f"{line}\n" for line in lines)


def _found(plan: Plan, counts: Counter[tuple[Safety, bool]], unsafe: bool) -> str:
    if not plan.findings:
        return f"No findings in {counted(plan.checked, 'file')}."
    files = len({finding.path for finding in plan.findings})
    levels = {level: counts[level, True] + counts[level, False] for level in Safety}
    split = ", ".join(
        f"{levels[level]:,} {level.value}"
        for level in (Safety.SAFE, Safety.UNSAFE, Safety.DISPLAY)
        if levels[level]
    )
    found = f"Found {counted(len(plan.findings), 'finding')} in {counted(files, 'file')} ({split})"
    wanted = Safety.UNSAFE if unsafe else Safety.SAFE
    count = sum(counts[level, True] for level in Safety if level >= wanted)
    if not count:
        return f"{found}."
    return f"{found}; {count:,} can be applied with `lever-fix apply{' --unsafe' * unsafe}`."


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 file`, `1,204 files`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
