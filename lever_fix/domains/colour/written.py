"""What a plan writes into one file."""

from __future__ import annotations

from dataclasses import dataclass, field

from lever_fix.domains.draft import Draft
from lever_fix.index.index import Symbol
from lever_fix.model import Import, Needs


@dataclass
class Written:
    """What a plan needs of one file besides edits, and the classes whose base it has changed."""

    draft: Draft
    imports: list[Import] = field(default_factory=list)
    freed: list[str] = field(default_factory=list)
    bound: list[str] = field(default_factory=list)
    rebased: set[Symbol] = field(default_factory=set)

    def needs(self) -> Needs:
        """The needs of the colours alone."""
        return Needs(
            self.draft.module.path,
            imports=tuple(dict.fromkeys(self.imports)),
            freed=tuple(dict.fromkeys(self.freed)),
            names_bound=tuple(dict.fromkeys(self.bound)),
        )
