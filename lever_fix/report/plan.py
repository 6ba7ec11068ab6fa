"""Plan files: what `check --format plan` writes, and what `apply --plan FILE` trusts.

A plan may come from another machine or another person, and `apply` writes where it says. So it is
checked as a whole when it is read: version, types, paths that stay below the root, ranges, and a
digest for every file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import msgspec

from lever_fix.errors import PlanError
from lever_fix.model import PLAN_VERSION, Finding, Plan

_WRITE = "write one with `lever-fix check --format plan --output FILE`"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DRIVE = re.compile(r"[A-Za-z]:")


class _PlanFile(Plan, frozen=True, kw_only=True, omit_defaults=False):
    """A plan that always writes its version, which `omit_defaults` would leave to guess."""


class _Header(msgspec.Struct):
    """What every version of the schema has."""

    version: int


def encode_plan(plan: Plan) -> bytes:
    """The plan as JSON, readable and the same for the same findings, with a final newline."""
    fields = {name: getattr(plan, name) for name in plan.__struct_fields__}
    fields["files"] = dict(sorted(plan.files.items()))
    return msgspec.json.format(msgspec.json.encode(_PlanFile(**fields)), indent=2) + b"\n"


def decode_plan(data: bytes, name: str) -> Plan:
    """The plan that the file `name` holds.

    Raises:
        PlanError: It is no plan, was written by a newer version, or contradicts itself.
    """
    version = _version(data, name)
    if version > PLAN_VERSION:
        raise PlanError(
            f"{name}: the plan has version {version}, and this lever-fix reads {PLAN_VERSION}",
            "upgrade lever-fix, or write the plan anew with this version",
        )
    try:
        plan = msgspec.json.decode(data, type=Plan)
    except msgspec.ValidationError as error:
        raise PlanError(f"{name}: not a valid plan: {error}", _WRITE) from error
    for complaint in _complaints(plan):
        raise PlanError(f"{name}: not a valid plan: {complaint}", _WRITE)
    return plan


def _version(data: bytes, name: str) -> int:
    try:
        version = msgspec.json.decode(data, type=_Header).version
    except msgspec.ValidationError as error:
        raise PlanError(f"{name}: not a plan: {error}", _WRITE) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{name}: not JSON: {error}", _WRITE) from error
    if version < 1:
        raise PlanError(f"{name}: no plan has version {version}", _WRITE)
    return version


def _complaints(plan: Plan) -> Iterator[str]:
    for path, sha256 in plan.files.items():
        if not _below_root(path):
            yield f"the path {path!r} leads out of the project"
        if not _DIGEST.fullmatch(sha256):
            yield f"the SHA-256 of {path} is malformed"
    for number, finding in enumerate(plan.findings):
        for complaint in _finding_complaints(finding, plan.files):
            yield f"$.findings[{number}]: {complaint}"


def _finding_complaints(finding: Finding, files: dict[str, str]) -> Iterator[str]:
    fix_paths = finding.fix.paths() if finding.fix else set()
    for path in sorted({finding.path, *fix_paths}):
        if not _below_root(path):
            yield f"the path {path!r} leads out of the project"
        elif path not in files:
            yield f"{path} has no SHA-256 in $.files"
    if not 0 <= finding.span.start <= finding.span.end:
        yield f"the span {finding.span.start}..{finding.span.end} is no range"
    for edit in finding.fix.edits if finding.fix else ():
        if not 0 <= edit.start <= edit.end:
            yield f"the edit {edit.start}..{edit.end} of {edit.path} is no range"


def _below_root(path: str) -> bool:
    """True for a relative path without a step up, and not in git's own folder."""
    if not path or "\0" in path or path.startswith("/"):
        return False
    if os.name == "nt" and ("\\" in path or _DRIVE.match(path)):
        return False
    return not any(part == ".." or part.lower() == ".git" for part in path.split("/"))
