"""What is to be done in one repository, and what came of it: values that can travel."""

from __future__ import annotations

import enum

import msgspec

from lever_fix.model import Value


class Stage(enum.Enum):
    """How far a repository got."""

    PENDING = "pending"
    PLANNED = "planned"
    APPLIED = "applied"
    VERIFIED = "verified"
    COMMITTED = "committed"
    PUSHED = "pushed"
    CLEAN = "clean"
    """There is nothing to change."""


DONE = frozenset({Stage.COMMITTED, Stage.PUSHED, Stage.CLEAN})


class Codemod(Value, frozen=True):
    """A codemod that a campaign brings: a file with its text, or the name of a module."""

    name: str
    text: str | None = None


class Order(Value, frozen=True, kw_only=True):
    """All that a worker needs to know; it needs nothing else but git access."""

    name: str
    url: str
    commit: str
    reference: str = "HEAD"
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    codemods: tuple[Codemod, ...] = ()
    target_version: str = ""
    unsafe: bool = False
    campaign: str
    """Its name, which the commits carry."""
    branch: str
    message: str = ""
    verify: str = ""
    verify_timeout: float = 0.0
    verify_baseline_fails: bool = False
    depth: int = 1
    accepted: tuple[str, ...] | None = None
    """Fingerprints of the findings to be made; None for all of the level."""
    plan_only: bool = False
    moment: str = ""
    """The time of the commits, so that doing the same again makes the same commits."""


class Shape(Value, frozen=True, kw_only=True):
    """Findings of one repository that are equal but for path and names."""

    key: str
    codemod: str
    safety: str
    message: str
    reasons: tuple[str, ...] = ()
    before: str
    """The lines of one of them."""
    after: str
    """The same lines rewritten."""
    places: tuple[tuple[str, int], ...]
    """Path and line of each."""
    fingerprints: tuple[str, ...]


class Count(Value, frozen=True):
    """Findings of one codemod."""

    codemod: str
    found: int = 0
    """All that were planned; what is made may lead to more, or take others along."""
    applied: int = 0
    unasked: int = 0
    """Those of a level that the campaign does not ask for."""
    display: int = 0
    """Those without a fix: places to look at."""


class LeftOut(Value, frozen=True):
    """A finding that the verify command fails with."""

    place: str
    codemod: str
    message: str
    output: str


class Outcome(Value, frozen=True, kw_only=True):
    """What came of an order."""

    name: str
    stage: Stage = Stage.PENDING
    error: str = ""
    hint: str = ""
    seconds: float = 0.0
    files: int = 0
    """Files looked at."""
    changed: int = 0
    """Files changed."""
    counts: tuple[Count, ...] = ()
    shapes: tuple[Shape, ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    verify_runs: int = 0
    plan: bytes = b""
    """The plan, as a plan file holds it."""
    patch: bytes = b""
    bundle: bytes = b""
    """The branch with its commits, as `git bundle` packs it."""
    commits: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it ended in an error."""
        return bool(self.error)


def encode(value: Order | Outcome) -> bytes:
    """An order or outcome as bytes."""
    return msgspec.msgpack.encode(value)


def decode_order(data: bytes) -> Order:
    """The order that these bytes hold."""
    return msgspec.msgpack.decode(data, type=Order)


def decode_outcome(data: bytes) -> Outcome:
    """The outcome that these bytes hold."""
    return msgspec.msgpack.decode(data, type=Outcome)
