"""Decisions: what people accepted and rejected, kept so that nobody is asked twice.

The file has one line a decision, sorted by path, and its version last, so that each of these lines
ends alike: what two people decide about different findings merges without a conflict.

A rejection binds the code alone. An acceptance binds the replacement, too: where a newer codemod
offers another one, or where the lines around an edit by hand have changed, it asks again. So it is
where sites that read the same came or went, as only their order tells one from another.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from lever_fix.errors import PlanError
from lever_fix.model import Decision, Finding, Needs, Span, Value, Verdict
from lever_fix.sources import SourceFile

VERSION = 1
DEFAULT = Path(".lever-fix") / "decisions.json"
"""Where decisions are kept, below the root of a run."""
_WRITE = "write one with `lever-fix review`"


class _Entry(Value, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A decision as the file holds it, under its fingerprint."""

    path: str
    codemod: str
    decision: Verdict
    alike: int = 1
    digest: str = ""
    edited: str = ""
    reason: str = ""
    who: str = ""
    when: str = ""


@dataclass(frozen=True)
class Matched:
    """Decisions beside the findings of a plan.

    Attributes:
        decided: What holds, by fingerprint.
        outdated: Acceptances of another replacement than the one on offer now.
        stale: Decisions about findings that are not there any more.
    """

    decided: dict[str, Decision]
    outdated: tuple[Decision, ...]
    stale: tuple[Decision, ...]


def match_decisions(
    findings: Iterable[Finding],
    decisions: Mapping[str, Decision],
    source: Callable[[str], SourceFile],
) -> Matched:
    """Find out which decisions hold for which findings.

    Args:
        findings: What is there now.
        decisions: By fingerprint.
        source: The file of a path, as it was analysed.
    """
    decided: dict[str, Decision] = {}
    outdated: list[Decision] = []
    left = dict(decisions)
    for finding in findings:
        decision = left.pop(finding.fingerprint, None) if left else None
        if decision is None:
            continue
        if holds(decision, finding, source):
            decided[finding.fingerprint] = decision
        else:
            outdated.append(decision)
    return Matched(decided, tuple(outdated), tuple(left.values()))


def holds(decision: Decision, finding: Finding, source: Callable[[str], SourceFile]) -> bool:
    """Whether a decision with this finding's fingerprint is about this site and replacement."""
    if decision.alike != finding.alike:
        return False
    if decision.verdict is not Verdict.ACCEPT:
        return True
    if finding.fix is None:
        return False
    text = source(finding.path) if decision.edited else None
    return decision.digest == replacement_digest(finding, text)


def replacement_digest(finding: Finding, edited_in: SourceFile | None = None) -> str:
    """What an acceptance is bound to: the fix, wherever in its file it stands.

    Args:
        finding: What was accepted.
        edited_in: Its file, where the fix was edited by hand: binds the replaced lines, too.
    """
    fix = finding.fix
    origin = finding.span.start
    edits = [
        (one.path, one.text)
        if one.path != finding.path
        else (one.text, one.start - origin, one.end - origin)
        for one in (fix.edits if fix else ())
    ]
    needs = [_unplaced(one) for one in (fix.needs if fix else ())]
    parts = [msgspec.msgpack.encode([edits, needs])]
    if edited_in is not None:
        span = replaced_lines(finding, edited_in)
        parts.append(edited_in.text[span.start : span.end])
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _unplaced(needs: Needs) -> Needs:
    """What a fix needs, wherever its imports stand now."""
    if not needs.moved:
        return needs
    moved = tuple(msgspec.structs.replace(one, offset=0) for one in needs.moved)
    return msgspec.structs.replace(needs, moved=moved)


def replaced_lines(finding: Finding, source: SourceFile) -> Span:
    """The whole lines of a finding's own file that its fix changes; what is edited by hand."""
    fix = finding.fix
    own = [one for one in (fix.edits if fix else ()) if one.path == finding.path]
    low = min((one.start for one in own), default=finding.span.start)
    high = max((one.end for one in own), default=finding.span.end)
    view = source.view
    start = view.rfind(b"\n", 0, low) + 1
    if high > low and view[high - 1 : high] == b"\n":
        return Span(start, high)
    end = view.find(b"\n", high)
    return Span(start, len(view) if end < 0 else end + 1)


def encode_decisions(decisions: Iterable[Decision]) -> bytes:
    """The decisions file that holds exactly these decisions."""
    rows = sorted(map(_row, decisions))
    lines = "".join([line for _, _, _, line in rows])
    return f'{{\n{lines}  "version": {VERSION}\n}}\n'.encode()


@lru_cache(maxsize=100_000)
def _row(one: Decision) -> tuple[str, str, str, str]:
    """A decision's place in the file, and its line; all others stay as one is added."""
    entry = _Entry(
        path=one.path,
        codemod=one.codemod,
        decision=one.verdict,
        alike=one.alike,
        digest=one.digest,
        edited=one.edited,
        reason=one.reason,
        who=one.who,
        when=one.when,
    )
    key = msgspec.json.encode(one.fingerprint).decode()
    value = msgspec.json.format(msgspec.json.encode(entry), indent=0).decode()
    return one.path, one.codemod, one.fingerprint, f"  {key}: {value},\n"


def decode_decisions(data: bytes, name: str) -> dict[str, Decision]:
    """The decisions of the file `name`, by fingerprint.

    Raises:
        PlanError: It is no decisions file, or was written by a newer version.
    """
    try:
        raw = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        version = msgspec.json.decode(raw.pop("version", msgspec.Raw(b"0")), type=int)
    except msgspec.ValidationError as error:
        raise PlanError(f"{name}: not a decisions file: {error}", _WRITE) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{name}: not JSON: {error}", _merge_hint(data)) from error
    if version > VERSION:
        raise PlanError(
            f"{name}: the decisions have version {version}, and this lever-fix reads {VERSION}",
            "upgrade lever-fix",
        )
    if version < 1:
        raise PlanError(f'{name}: not a decisions file: it has no "version"', _WRITE)
    return {fingerprint: _decision(entry, fingerprint, name) for fingerprint, entry in raw.items()}


def _merge_hint(data: bytes) -> str:
    if b"\n<<<<<<< " in data or data.startswith(b"<<<<<<< "):
        return "resolve the merge conflict in it: both sides' lines may stay"
    return _WRITE


def _decision(raw: msgspec.Raw, fingerprint: str, name: str) -> Decision:
    try:
        entry = msgspec.json.decode(raw, type=_Entry)
    except msgspec.ValidationError as error:
        raise PlanError(f"{name}: {fingerprint!r}: {error}", _WRITE) from error
    return Decision(
        fingerprint=fingerprint,
        codemod=entry.codemod,
        path=entry.path,
        verdict=entry.decision,
        alike=entry.alike,
        digest=entry.digest,
        edited=entry.edited,
        reason=entry.reason,
        who=entry.who,
        when=entry.when,
    )


def read_decisions(file: Path) -> dict[str, Decision]:
    """The decisions of a file; none where there is no such file.

    Raises:
        PlanError: It cannot be read, or is no decisions file.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        hint = "name a file with --decisions FILE"
        raise PlanError(f"{file}: cannot be read: {error.strerror}", hint) from error
    return decode_decisions(data, str(file))


class DecisionsFile:
    """A decisions file that is whole after each answer, and keeps what it holds of other findings.

    Attributes:
        path: Where it is.
    """

    def __init__(self, path: Path, stamp: Callable[[], tuple[str, str]]) -> None:
        """Read what is there.

        Args:
            path: Where it is; it need not exist.
            stamp: Who decides, and when.
        """
        self.path = path
        self._stamp = stamp
        self._seen = _signature(path)
        self._entries = read_decisions(path)

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """All that it holds, by fingerprint."""
        return self._entries

    def record(self, changes: Mapping[str, Decision | None]) -> None:
        """Take these answers in, or out where they are None, and write the file.

        Raises:
            PlanError: The file cannot be written.
        """
        if not changes:
            return
        if _signature(self.path) != self._seen:  # somebody else answers, too
            self._entries = read_decisions(self.path)
        who, when = self._stamp()
        for fingerprint, decision in changes.items():
            if decision is None:
                self._entries.pop(fingerprint, None)
            elif decision.when:
                self._entries[fingerprint] = decision
            else:
                signed = msgspec.structs.replace(decision, who=who, when=when)
                self._entries[fingerprint] = signed
        try:
            _replace(self.path, encode_decisions(self._entries.values()))
        except OSError as error:
            message = f"{self.path}: cannot be written: {error.strerror}"
            raise PlanError(message, "name another file with --decisions FILE") from error
        self._seen = _signature(self.path)


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _replace(path: Path, data: bytes) -> None:
    """Give the file new content in one step, so that a kill loses at most this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
