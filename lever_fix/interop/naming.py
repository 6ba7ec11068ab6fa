"""Ids, versions and claims of codemods that were written for other tools."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from lever_fix.errors import CodemodError
from lever_fix.model import Safety

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")
_SENTENCE_END = re.compile(r"\.\s|\s(?=Note:)")
_LONGEST = 48
"""Characters of an id made of what was written; more is told apart by a digest."""


def dashed(name: str) -> str:
    """`ConvertTypeComments` and `convert_type_comments` as an id: `convert-type-comments`."""
    return slug(_HUMP.sub("-", name))


def slug(text: str) -> str:
    """What a text says, as part of an id."""
    words = _OTHER.sub("-", text.lower()).strip("-")
    if len(words) <= _LONGEST:
        return words
    return f"{words[:_LONGEST].rstrip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def first_sentence(text: str) -> str:
    """The first sentence of a text on one line, without its full stop."""
    return _SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0].rstrip(".")


def digest_of(files: Iterable[str | Path], package: str, *written: str) -> str:
    """Digest of the files that a codemod is made of, the tool it is for, and its arguments."""
    digest = hashlib.sha256(f"{package} {metadata.version(package)}\0".encode())
    for path in dict.fromkeys(map(Path, files)):
        try:
            digest.update(path.read_bytes() + b"\0")
        except OSError:
            continue  # compiled, or in an archive: the version of its package has to do
    digest.update("\0".join(written).encode())
    return digest.hexdigest()


def triggers_of(holder: object, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The words of which a file must hold one: those the codemod names, else those known."""
    named = getattr(holder, "LEVER_TRIGGERS", known)
    return (named,) if isinstance(named, str) else tuple(named)


def safety_of(holder: object, origin: Path) -> Safety:
    """The level that a codemod claims; unsafe where it says nothing.

    Raises:
        CodemodError: It claims a level that there is none of.
    """
    claimed = getattr(holder, "LEVER_SAFETY", Safety.UNSAFE)
    for level in Safety:
        if claimed in (level, level.value):
            return level
    levels = ", ".join(level.value for level in Safety)
    raise CodemodError(
        f"{origin}: LEVER_SAFETY = {claimed!r} is no level", f"it is one of {levels}"
    )
