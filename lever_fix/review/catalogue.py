"""The findings under review, in the order they are shown in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

from lever_fix.model import Finding, Safety, Value, Verdict
from lever_fix.review.relations import Relations


class Filter(Value, frozen=True):
    """Which findings to show; an empty one shows all.

    It is written in words: `unsafe`, `codemod:gather-awaits`, `path:shop/*`, `is:undecided`;
    whatever else stands there has to occur in message, scope, path or new code.
    """

    codemods: tuple[str, ...] = ()
    levels: tuple[Safety, ...] = ()
    paths: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != ALL


ALL = Filter()
"""Shows every finding."""


STATES = ("accepted", "rejected", "ignored", "undecided")
_STATE_OF = {
    Verdict.ACCEPT: "accepted",
    Verdict.REJECT: "rejected",
    Verdict.SUPPRESS: "ignored",
    None: "undecided",
}
_LEVELS = {level.value: level for level in Safety}


def state_of(verdict: Verdict | None) -> str:
    """The word for a verdict, or for none."""
    return _STATE_OF[verdict]


def parse_filter(text: str) -> Filter:
    """The filter that these words make."""
    found: dict[str, list[str]] = {"codemod": [], "level": [], "path": [], "is": [], "word": []}
    for word in text.split():
        kind, colon, value = word.partition(":")
        if colon and value and kind in ("codemod", "path", "is"):
            found[kind].append(value)
        elif word in _LEVELS:
            found["level"].append(word)
        elif word in STATES:
            found["is"].append(word)
        else:
            found["word"].append(word.lower())
    return Filter(
        codemods=tuple(found["codemod"]),
        levels=tuple(_LEVELS[name] for name in found["level"]),
        paths=tuple(found["path"]),
        states=tuple(found["is"]),
        words=tuple(found["word"]),
    )


def shows(chosen: Filter, finding: Finding, verdict: Verdict | None) -> bool:
    """Whether a filter shows a finding with this verdict."""
    if chosen.codemods and not any(fnmatchcase(finding.codemod, one) for one in chosen.codemods):
        return False
    if chosen.levels and finding.safety not in chosen.levels:
        return False
    if chosen.paths and not any(_matches(finding.path, one) for one in chosen.paths):
        return False
    if chosen.states and state_of(verdict) not in chosen.states:
        return False
    if not chosen.words:
        return True
    edits = finding.fix.edits if finding.fix else ()
    texts = (finding.message, finding.scope, finding.path, *(edit.text for edit in edits))
    text = "\n".join(texts).lower()
    return all(word in text for word in chosen.words)


def _matches(path: str, pattern: str) -> bool:
    folder = pattern.rstrip("/") + "/"
    return fnmatchcase(path, pattern) or path.startswith(folder)


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The findings of a plan, and what is known of them as a set.

    Attributes:
        findings: In the plan's order.
        rank: Rank of each codemod where findings conflict; orders the groups, too.
    """

    findings: Sequence[Finding]
    rank: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each finding is, by fingerprint."""
        return {one.fingerprint: at for at, one in enumerate(self.findings)}

    @cached_property
    def relations(self) -> Relations:
        """Which findings conflict, and which need others."""
        return Relations(self.findings)

    def needs(self, at: int) -> list[int]:
        """The findings that have to be made with the one at a place, in order."""
        return sorted(self.relations.needs(at)) if self.findings[at].depends_on else []

    @cached_property
    def by_codemod(self) -> tuple[int, ...]:
        """Places ordered by codemod, then file, then position."""
        rank = self.rank

        def key(at: int) -> tuple[int, str, str, int]:
            one = self.findings[at]
            return rank.get(one.codemod, len(rank)), one.codemod, one.path, one.span.start

        return tuple(sorted(range(len(self.findings)), key=key))

    @cached_property
    def by_file(self) -> tuple[int, ...]:
        """Places ordered by file, then position."""

        def key(at: int) -> tuple[str, int]:
            one = self.findings[at]
            return one.path, one.span.start

        return tuple(sorted(range(len(self.findings)), key=key))
