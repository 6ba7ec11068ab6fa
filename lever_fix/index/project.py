"""What a codemod may ask about the project around a module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lever_fix.errors import SourceError
from lever_fix.index.index import Index
from lever_fix.index.layout import Layout
from lever_fix.sources import SourceFile


def _nothing(path: str) -> SourceFile:
    raise SourceError(f"{path}: not in the index", "register the codemod with `index=True`")


def no_index() -> Index:
    """The index of a project without files."""
    return Index(Layout(), {}, _nothing)


@dataclass(frozen=True)
class Project:
    """The settings in force and the index, as a codemod sees them.

    Attributes:
        target: Lowest Python version the code must run on, such as `(3, 10)`.
        line_length: Columns a rewritten line should keep to where it has a choice.
        options: The codemod's own table in the configuration, decoded to its options type.
        effects: What functions do, by patterns of their dotted names: `read`, `write` or `none`.
        index: The project as a whole; empty for a codemod registered without `index=True`.
    """

    target: tuple[int, int] = (3, 10)
    line_length: int = 88
    options: Any = field(default=None)
    effects: Mapping[str, str] = field(default_factory=dict)
    index: Index = field(default_factory=no_index, compare=False, repr=False)
