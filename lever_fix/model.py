"""The values that flow between the stages: frozen, small, and the same in memory and on disk.

Offsets are bytes into a file's text held as UTF-8 without a byte-order mark
(`lever_fix.sources.SourceFile.text`). Paths are POSIX paths relative to the root of the run.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import msgspec

PLAN_VERSION = 1
"""Schema of a plan file; raised whenever an older tool could misread a newer plan."""


class Safety(enum.Enum):
    """How far a fix can be trusted, as an ordered scale: `display < unsafe < safe`."""

    DISPLAY = "display"
    """A place to look; no fix is applied."""
    UNSAFE = "unsafe"
    """Likely what you want, but something could not be shown."""
    SAFE = "safe"
    """Same behaviour, shown by analysis."""

    def __init__(self, _: str) -> None:
        self.rank = len(type(self).__members__)
        """Place on the scale, from 0."""

    # Every finding is compared and counted by its safety; what `enum` and `functools` offer for
    # that takes ten times as long.
    __hash__ = object.__hash__

    def __lt__(self, other: Safety) -> bool:
        return self.rank < other.rank

    def __le__(self, other: Safety) -> bool:
        return self.rank <= other.rank

    def __gt__(self, other: Safety) -> bool:
        return self.rank > other.rank

    def __ge__(self, other: Safety) -> bool:
        return self.rank >= other.rank


class Value(msgspec.Struct, frozen=True, gc=False):
    """Base of all values: immutable, comparable, hashable, serialisable."""


class Span(Value, frozen=True):
    """The bytes `start..end` of one file's text."""

    start: int
    end: int


class Edit(Value, frozen=True):
    """Replace the bytes `start..end` of `path` with `text`."""

    path: str
    start: int
    end: int
    text: str


class Import(Value, frozen=True, omit_defaults=True):
    """A name to be imported: `from module import name as alias`.

    With an empty `name` it is `import module as alias`.
    """

    module: str
    name: str = ""
    alias: str = ""
    type_checking: bool = False
    """True where only annotations use the name, so that it may live under `TYPE_CHECKING`."""

    @property
    def bound(self) -> str:
        """The name the import binds in the file."""
        return self.alias or self.name or self.module.partition(".")[0]


class Move(Value, frozen=True):
    """An import whose name stays and whose module changes: `Callable` to `collections.abc`.

    `source` and `target` bind the same name; the import statement at `offset` holds `source`.
    """

    source: Import
    target: Import
    offset: int
    """Where the imported name stands in the text the finding was made on."""


class Definition(Value, frozen=True, omit_defaults=True):
    """A helper a fix relies on; inserted once per file however many findings need it."""

    name: str
    code: str
    """The whole statement at indentation 0, without a final newline."""
    imports: tuple[Import, ...] = ()


class Needs(Value, frozen=True, omit_defaults=True):
    """What a fix asks of one file besides its edits."""

    path: str
    imports: tuple[Import, ...] = ()
    freed: tuple[str, ...] = ()
    """Names as bound in the file that the edits may have left unused."""
    moved: tuple[Move, ...] = ()
    definitions: tuple[Definition, ...] = ()
    packages: tuple[str, ...] = ()
    """Requirements (`tenacity>=9`) for the manifest of the file's nearest project."""
    comments_added: tuple[str, ...] = ()
    """Comments the edits add on purpose, `#` included."""
    comments_dropped: tuple[str, ...] = ()
    """Comments the edits drop on purpose, `#` included."""
    names_bound: tuple[str, ...] = ()
    """Module-level or local names the edits bind on purpose."""


class Fix(Value, frozen=True, omit_defaults=True):
    """All the edits of one finding, in as many files as it needs, with their needs."""

    edits: tuple[Edit, ...] = ()
    needs: tuple[Needs, ...] = ()

    def paths(self) -> set[str]:
        """Every file the fix changes, manifests aside."""
        found = {edit.path for edit in self.edits}
        found.update([need.path for need in self.needs])
        return found


class Finding(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One place where a codemod applies; accepted or rejected whole."""

    codemod: str
    path: str
    span: Span
    message: str
    safety: Safety
    reasons: tuple[str, ...] = ()
    """Why it is not `safe`, in words a user can act on; empty where it is."""
    fix: Fix | None = None
    """None only for `display` findings."""
    scope: str = ""
    """Qualified name of the enclosing scope inside the module, such as `Shop.close`."""
    reads: tuple[str, ...] = ()
    """Functions and symbols the analysis relied on."""
    writes: tuple[str, ...] = ()
    """Functions and symbols the fix changes."""
    depends_on: tuple[str, ...] = ()
    """Functions and symbols that the findings which write them must change along with this one."""
    fingerprint: str = ""
    """Survives moved lines; see `lever_fix.engine.fingerprint`."""
    detail: tuple[str, ...] = ()
    """Lines that `explain` prints below it, such as the tree of a plan."""
    alike: int = 1
    """How many sites in its scope read the same, itself included: only their order tells them."""


class Refusal(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A place where a codemod looked closely and declined."""

    codemod: str
    path: str
    span: Span
    code: str
    """Stable, dashed reason code, such as `name-shadowed`."""
    chain: tuple[str, ...] = ()
    """What blocks it, outermost first, in words."""


class Problem(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A file that could not be handled, or a finding that had to be dropped."""

    path: str
    message: str
    line: int = 0
    """From 1; 0 where no line is known."""
    codemod: str = ""
    hint: str = ""


class FileOutcome(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What the analysis of one file led to: a value, never an exception."""

    path: str
    sha256: str = ""
    """Of the bytes on disk."""
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[Problem, ...] = ()


class Plan(Value, frozen=True, kw_only=True, omit_defaults=True):
    """Everything one analysis found: what `check --format plan` writes and `apply` reads."""

    version: int = PLAN_VERSION
    tool: str = ""
    files: dict[str, str] = {}
    """SHA-256 of every file a finding touches, by path."""
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[Problem, ...] = ()
    checked: int = 0
    """How many files were looked at."""
    suppressed: int = 0

    def by_path(self) -> Iterator[tuple[str, list[Finding]]]:
        """Findings grouped by the file they stand in, in plan order."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(finding.path, []).append(finding)
        return iter(groups.items())


class Verdict(enum.Enum):
    """What a person decided about one finding."""

    ACCEPT = "accept"
    REJECT = "reject"
    SUPPRESS = "suppress"
    """Rejected, with a comment in the code that says so."""


class Decision(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What a person decided about one finding, keyed by its fingerprint."""

    fingerprint: str
    codemod: str
    path: str
    verdict: Verdict
    alike: int = 1
    """As the finding had it: with more or fewer such sites, nobody knows which one was meant."""
    digest: str = ""
    """Of the accepted replacement; another rewrite of the same place asks again."""
    edited: str = ""
    """The replaced lines as edited by hand; empty where the fix was taken as offered."""
    reason: str = ""
    who: str = ""
    """Name and address, as git has them."""
    when: str = ""
    """UTC, to the second."""


class FileChange(Value, frozen=True, kw_only=True):
    """One file before and after, as bytes on disk: what `apply` writes and diffs show."""

    path: str
    before: bytes | None
    """None for a file that does not exist yet."""
    after: bytes
    codemods: tuple[str, ...] = ()
    """Ids of the codemods whose findings changed the file."""
