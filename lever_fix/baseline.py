"""Baselines: findings that are known, so that `check` can report only what is new since.

The file has one line a finding, sorted by path, and its version last, so that each of these lines
ends alike: two branches that fix or add different findings merge without a conflict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import msgspec

from lever_fix.errors import PlanError
from lever_fix.model import Finding, Plan, Value

VERSION = 1
_WRITE = "write it anew with `lever-fix check --write-baseline FILE`"


class Entry(Value, frozen=True, forbid_unknown_fields=True):
    """Findings that are known under one fingerprint."""

    path: str
    codemod: str
    count: int = 1


@dataclass(frozen=True)
class SinceBaseline:
    """A plan without what a baseline knows.

    Attributes:
        plan: Only what is new.
        known: How many findings the baseline took away.
        stale: Entries, or what is left of their counts, that match no finding any more.
    """

    plan: Plan
    known: int
    stale: tuple[Entry, ...]


def encode_baseline(findings: Iterable[Finding]) -> bytes:
    """The baseline file that knows exactly these findings."""
    found = list(findings)
    counts = Counter(finding.fingerprint for finding in found if finding.fingerprint)
    entries = {
        finding.fingerprint: Entry(finding.path, finding.codemod, counts[finding.fingerprint])
        for finding in found
        if finding.fingerprint
    }
    ordered = sorted(entries.items(), key=lambda one: (one[1].path, one[1].codemod, one[0]))
    lines = [f"  {_json(fingerprint)}: {_json(entry)},\n" for fingerprint, entry in ordered]
    return f'{{\n{"".join(lines)}  "version": {VERSION}\n}}\n'.encode()


def _json(value: str | Entry) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


def decode_baseline(data: bytes, name: str) -> dict[str, Entry]:
    """The entries of the baseline file `name`, by fingerprint.

    Raises:
        PlanError: It is no baseline, or was written by a newer version.
    """
    try:
        raw = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        version = msgspec.json.decode(raw.pop("version", msgspec.Raw(b"0")), type=int)
    except msgspec.ValidationError as error:
        raise PlanError(f"{name}: not a baseline: {error}", _WRITE) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{name}: not JSON: {error}", _merge_hint(data)) from error
    if version > VERSION:
        raise PlanError(
            f"{name}: the baseline has version {version}, and this lever-fix reads {VERSION}",
            "upgrade lever-fix, or write the baseline anew with this version",
        )
    if version < 1:
        raise PlanError(f'{name}: not a baseline: it has no "version"', _WRITE)
    return {fingerprint: _entry(entry, fingerprint, name) for fingerprint, entry in raw.items()}


def _merge_hint(data: bytes) -> str:
    if b"\n<<<<<<< " in data or data.startswith(b"<<<<<<< "):
        return "resolve the merge conflict in it: both sides' lines may stay"
    return _WRITE


def _entry(raw: msgspec.Raw, fingerprint: str, name: str) -> Entry:
    try:
        entry = msgspec.json.decode(raw, type=Entry)
    except msgspec.ValidationError as error:
        raise PlanError(f"{name}: {fingerprint!r}: {error}", _WRITE) from error
    if entry.count < 1:
        raise PlanError(f"{name}: {fingerprint!r}: the count {entry.count} is not positive", _WRITE)
    return entry


def since_baseline(
    plan: Plan,
    baseline: dict[str, Entry],
    *,
    ran: Collection[str] | None = None,
    checked: Callable[[str], bool] = lambda _: True,
) -> SinceBaseline:
    """Leave out of a plan what the baseline knows.

    Args:
        plan: What was found.
        baseline: What is known.
        ran: Ids of the codemods that ran; entries of others cannot be stale. None for all.
        checked: Whether a path was in reach of this run; entries elsewhere cannot be stale.
    """
    left = {fingerprint: entry.count for fingerprint, entry in baseline.items()}
    fresh = []
    for finding in plan.findings:
        if left.get(finding.fingerprint, 0):
            left[finding.fingerprint] -= 1
        else:
            fresh.append(finding)
    stale = [
        msgspec.structs.replace(entry, count=left[fingerprint])
        for fingerprint, entry in baseline.items()
        if left[fingerprint] and (ran is None or entry.codemod in ran) and checked(entry.path)
    ]
    return SinceBaseline(
        plan=msgspec.structs.replace(plan, findings=tuple(fresh), files=_files(plan, fresh)),
        known=len(plan.findings) - len(fresh),
        stale=tuple(stale),
    )


def _files(plan: Plan, findings: Iterable[Finding]) -> dict[str, str]:
    """The digests of the files that these findings touch."""
    touched: set[str] = set()
    for finding in findings:
        touched |= {finding.path, *(finding.fix.paths() if finding.fix else ())}
    return {path: sha256 for path, sha256 in plan.files.items() if path in touched}
