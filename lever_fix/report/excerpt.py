"""The lines that a finding is about, as they are and as its fix makes them."""

from __future__ import annotations

from lever_fix.model import Finding
from lever_fix.sources import SourceFile

_LINES = 12


def excerpt(source: SourceFile, finding: Finding) -> tuple[str, str]:
    """The lines a finding changes in its own file, before and after."""
    edits = sorted(
        (one for one in (finding.fix.edits if finding.fix else ()) if one.path == source.path),
        key=lambda edit: edit.start,
    )
    start = min([finding.span.start, *(edit.start for edit in edits)])
    end = max([finding.span.end, *(edit.end for edit in edits)])
    low = source.text.rfind(b"\n", 0, start) + 1
    high = source.text.find(b"\n", max(start, end - 1))
    high = len(source.text) if high < 0 else high
    parts, at = [], low
    for edit in edits:
        parts += [source.text[at : edit.start], edit.text.encode()]
        at = edit.end
    after = b"".join([*parts, source.text[at:high]])
    return _short(source.text[low:high]), _short(after)


def _short(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").splitlines()
    more = [f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return "\n".join([*lines[:_LINES], *more])
