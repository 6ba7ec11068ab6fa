"""What a codemod may ask about the project around a module."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Project:
    """The settings in force and the index, as a codemod sees them.

    Attributes:
        target: Lowest Python version the code must run on, such as `(3, 10)`.
        line_length: Columns a rewritten line should keep to where it has a choice.
        options: The codemod's own table in the configuration, decoded to its options type.
    """

    target: tuple[int, int] = (3, 10)
    line_length: int = 88
    options: Any = field(default=None)
