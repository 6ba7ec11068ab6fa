"""A tool of any kind that makes a new text of a file, as a codemod.

It works in two steps. Each file is transformed on its own, and what came of it is taken apart;
then changes in different files that belong together are joined: a function's new name, and the
places that use it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lever_fix.codemod import Codemod
from lever_fix.errors import SourceError, UnsupportedError
from lever_fix.index.project import Project
from lever_fix.interop.partition import joined
from lever_fix.interop.quiet import quiet
from lever_fix.interop.splitting import Change, split
from lever_fix.model import Finding, Fix, Refusal, Safety, Span, Value
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile

_FILES = 3
"""Files that a reason names before it says that there are more."""
_DOC = """{}

A {} in {}.

Fix safety: `{}`, by its own account or because it gives none. Each change parses, defines the
names it uses and says which comments it drops; whether the code behaves as before, nobody has
shown."""
_SHOWN = 60
"""Characters up to which a message shows what is replaced by what."""


class Note(Value, frozen=True):
    """Something a transformation said of a file."""

    code: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """What a transformation made of a file.

    Attributes:
        text: Its new text, as UTF-8; None where it is left alone.
        notes: What it said meanwhile.
    """

    text: bytes | None = None
    notes: tuple[Note, ...] = ()


class Facts(Value, frozen=True):
    """What came of one file."""

    changes: tuple[Change, ...] = ()
    notes: tuple[Note, ...] = ()
    left: tuple[str, ...] = ()
    """Those of the codemod's words that the file still uses afterwards."""
    kept: tuple[str, ...] = ()
    """Those that it still defines."""


@dataclass(frozen=True)
class Foreign:
    """What is known of a codemod of another tool before it runs.

    Attributes:
        id: What it is called here.
        kind: What it is there, such as `LibCST command`.
        summary: One line.
        doc: What it says of itself.
        origin: The file it stands in.
        version: Digest of all that its results depend on.
        triggers: Words of which a file must hold one; none where nothing is known.
        by_name: Whether those are the names that it is about.
        safety: The level it claims for its changes.
    """

    id: str
    kind: str
    summary: str
    doc: str
    origin: Path
    version: str
    triggers: tuple[str, ...] = ()
    by_name: bool = False
    safety: Safety = Safety.UNSAFE


def as_codemod(foreign: Foreign, transform: Callable[[Module], Outcome]) -> Codemod:
    """The codemod that a transformation is, as the registry knows them.

    Args:
        foreign: What is known of it.
        transform: Makes a new text of a module; a `SourceError` says that it cannot read it.
    """
    names = tuple(word for word in foreign.triggers if word.isidentifier() and foreign.by_name)

    def scan(module: Module) -> Facts | None:
        with quiet():
            outcome = transform(module)
        text = module.text if outcome.text is None else outcome.text
        changes = [] if text == module.text else _split(foreign, module, text)
        after = Module(SourceFile(module.path, text, "")) if changes else module
        left = {match.group().decode() for match in after.occurrences(names)} if names else set()
        kept = {block.name for block in after.lexed.blocks} & left if left else left
        facts = Facts(tuple(changes), outcome.notes, tuple(sorted(left)), tuple(sorted(kept)))
        return facts if facts != Facts() else None

    def decide(facts: Mapping[str, Facts], _: Project) -> Iterator[Finding | Refusal]:
        for path, one in facts.items():
            for note in one.notes:
                yield Refusal(
                    codemod="", path=path, span=Span(0, 0), code=note.code, chain=(note.text,)
                )
        changes = [change for one in facts.values() for change in one.changes]
        used, defined = _by_word(facts, "left"), _by_word(facts, "kept")
        for group in joined(len(changes), _tied(changes)):
            members = [changes[at] for at in group]
            yield _finding(foreign, members, tuple(_left_behind(members, used, defined)))

    return Codemod(
        id=foreign.id,
        summary=foreign.summary,
        doc=_DOC.format(foreign.doc, foreign.kind, foreign.origin, foreign.safety.value),
        # Every file holds the empty word.
        triggers=tuple(word.encode() for word in foreign.triggers) or (b"",),
        cases=(),
        function=decide,
        scan=scan,
        facts=Facts,
        once=True,
        version=foreign.version,
        origin=foreign.origin,
    )


def _split(foreign: Foreign, module: Module, text: bytes) -> list[Change]:
    """The changes a new text consists of.

    Raises:
        SourceError: The file does not parse, or its new text does not.
    """
    try:
        return split(module, text)
    except SourceError as error:
        _ = module.tree  # the file's own fault is told as such
        where, _, what = error.message.partition(": ")
        raise UnsupportedError(
            f"{where}: what {foreign.id} makes of it {what}",
            "mend the codemod, or leave the file out",
        ) from error


def _tied(changes: list[Change]) -> Iterator[set[int]]:
    """Changes of a definition, each with the changes that mention what is defined."""
    mentions: dict[str, set[int]] = {}
    for at, change in enumerate(changes):
        for word in change.mentions:
            mentions.setdefault(word, set()).add(at)
    for at, change in enumerate(changes):
        for name in change.defines:
            if name.endswith("__"):
                continue  # every class may have its own
            yield {at} | mentions.get(name.rpartition(".")[2], set())


def _by_word(facts: Mapping[str, Facts], field: str) -> dict[str, list[str]]:
    """The files that name a word in a field of their facts, by the word."""
    found: dict[str, list[str]] = {}
    for path, one in facts.items():
        for word in getattr(one, field):
            found.setdefault(word, []).append(path)
    return found


def _left_behind(
    changes: list[Change], used: Mapping[str, list[str]], defined: Mapping[str, list[str]]
) -> Iterator[str]:
    """What the changes leave behind: uses of what is gone, and definitions of what is not used."""
    gone = {name.rpartition(".")[2]: None for one in changes for name in one.loses}
    for word in gone:
        if word in used:
            yield f"`{word}` is gone then, and still mentioned in {_some(used[word])}"
    for word in sorted(defined.keys() - gone.keys()):
        if any(_takes_away(one, word) for one in changes):
            yield f"`{word}` stays defined under that name in {_some(defined[word])}"


def _takes_away(change: Change, word: str) -> bool:
    name = re.compile(rf"\b{word}\b")
    return bool(name.search(change.old)) and not name.search(change.new)


def _some(files: list[str]) -> str:
    return ", ".join(files[:_FILES]) + (" and others" if len(files) > _FILES else "")


def _finding(foreign: Foreign, changes: list[Change], left: tuple[str, ...]) -> Finding:
    """The finding of changes that are made together; it stands where something is defined."""
    first = next((one for one in changes if one.defines), changes[0])
    path = first.needs.path
    dropped = [text for one in changes for text in one.needs.comments_dropped]
    doubts = left + tuple(
        f"the comment `{text}` is dropped"
        for text in dict.fromkeys(dropped)
        if not text.lstrip("# ").startswith("type:")
    )
    safety = min(foreign.safety, Safety.UNSAFE) if doubts else foreign.safety
    reasons = doubts
    if foreign.safety is not Safety.SAFE:
        reasons = (
            f"{foreign.id} is a {foreign.kind}, and nothing shows that the code behaves as before;"
            f" once you trust it, `safe = ['{foreign.id}']` says so",
            *doubts,
        )
    return Finding(
        codemod="",
        path=path,
        span=first.span,
        message=_message(foreign, first, sum(len(one.edits) for one in changes)),
        safety=safety,
        reasons=reasons if safety is not Safety.SAFE else (),
        fix=None if safety is Safety.DISPLAY else _fix(changes),
        scope=first.scope,
        writes=tuple(
            dict.fromkeys(f"{one.needs.path}::{name}" for one in changes for name in one.defines)
        ),
    )


def _fix(changes: list[Change]) -> Fix:
    parts = [one.fix for one in changes]
    edits = tuple(edit for part in parts for edit in part.edits)
    return Fix(edits, tuple(need for part in parts for need in part.needs))


def _message(foreign: Foreign, change: Change, count: int) -> str:
    """What is there and what it should be, where that can be shown in one line."""
    others = "another place" if count == 2 else f"{count - 1} other places"
    places = f", with {others}" if count > 1 else ""
    old, new = change.old, change.new
    if max(len(old), len(new)) <= _SHOWN and "\n" not in f"{old}{new}" and "\r" not in old + new:
        if not old:
            return f"`{new}` comes in here{places}"
        if not new:
            return f"`{old}` goes{places}"
        return f"`{old}` becomes `{new}`{places}"
    return f"{foreign.summary}{places}"
