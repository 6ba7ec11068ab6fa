"""What a domain wants known of every file, beside the facts that the index keeps of its own.

A section is made in the same breath as the facts, while the file's tree is there, and is kept with
them by content hash. Like them it may depend on the file's text and its dotted name alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lever_fix.index.facts import ModuleFacts
from lever_fix.semantics.module import Module

Made = TypeVar("Made")


@dataclass(frozen=True)
class Section(Generic[Made]):
    """A kind of facts that a codemod brings along.

    Attributes:
        name: What it is kept under; no other section of the project may have it.
        kind: The msgspec type of what is made.
        make: Makes it of a file; None where there is nothing to say of it.
    """

    name: str
    kind: type[Made]
    make: Callable[[Module, ModuleFacts], Made | None]


def not_made(section: Section[Any], path: str) -> Any:
    """Where nothing was made ahead.

    Raises:
        KeyError: Always.
    """
    raise KeyError(section.name, path)
