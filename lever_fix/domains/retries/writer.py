"""What both forms of a rewritten retry need: indentation, edits, names, imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lever_fix.domains.retries.arguments import TENACITY, Named
from lever_fix.domains.retries.callbacks import Setting
from lever_fix.domains.retries.delays import STATE
from lever_fix.domains.retries.endings import FINAL_SLEEP, Finale
from lever_fix.domains.retries.layout import indented
from lever_fix.domains.retries.model import (
    NotRewritableError,
    RetryLoop,
)
from lever_fix.domains.retries.surroundings import Surroundings
from lever_fix.domains.retries.syntax import loaded, stored
from lever_fix.domains.retries.wording import statements_span
from lever_fix.index.project import Project
from lever_fix.model import Edit, Import, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


@dataclass(frozen=True)
class Rewrite:
    """What is to be written in the place of a loop.

    Attributes:
        edits: The edits.
        imports: What they need from tenacity.
        dropped: Comments that go.
        unbound: Names that are bound no more, or newly.
        doubts: What could not be shown.
        form: `decorator` or `loop`.
        freed: Imported names that may be needed no more.
        fixed: Names that are read when the module is imported.
    """

    edits: tuple[Edit, ...]
    imports: tuple[Import, ...]
    dropped: tuple[str, ...]
    unbound: frozenset[str]
    doubts: tuple[str, ...]
    form: str
    freed: tuple[str, ...] = ()
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Writer:
    """A retry about to be written.

    Attributes:
        module: The module.
        project: The settings in force.
        setting: What the texts depend on.
        around: The function around the loop.
        finale: How the retry ends.
        prefix: What stands before tenacity's names: nothing, or `tenacity.`.
    """

    module: Module
    project: Project
    setting: Setting
    around: Surroundings
    finale: Finale
    prefix: str = ""

    @property
    def retry(self) -> RetryLoop:
        """The retry."""
        return self.setting.retry

    def prefix_for(self, names: Sequence[str]) -> str:
        """What stands before tenacity's names: nothing, or `tenacity.`."""
        return "tenacity." if self.around.qualified or self.around.taken & set(names) else ""

    def spelled(self, text: str) -> str:
        """Arguments with tenacity's names as the file imports them."""
        return TENACITY.sub(lambda match: self.prefix + match[0], text) if self.prefix else text

    def imports(self, names: Sequence[str]) -> tuple[Import, ...]:
        """What the rewritten code needs."""
        if self.prefix:
            return (Import("tenacity"),)
        return tuple(Import("tenacity", name) for name in sorted(set(names)))

    def above_comments(self, at: int) -> int:
        """Start of the comment lines that stand right above a line."""
        while self.line_above(at).startswith(b"#"):
            at = self.line_start(at - 1)
        return at

    def above_obsolete(self, at: int) -> int:
        """Start of the statements right above a line that go with the loop."""
        spans = [statements_span(self.module, [one]) for one in self.around.obsolete]
        while above := [one for one in spans if one.end < at <= one.end + 2]:
            at = above[0].start
        return at

    def line_above(self, at: int) -> bytes:
        """The line above the one that starts here, without the space around it."""
        return self.module.view[self.line_start(at - 1) : at].strip() if at else b""

    @property
    def width(self) -> int:
        """Columns that a line should keep to."""
        return self.project.line_length

    def defined(self, named: Named, indent: str, unit: str) -> str:
        """A function that tenacity calls."""
        made, typed = named.callback, self.setting.typed
        word = "async def" if made.awaits else "def"
        kind = named.name.partition("_")[0]
        gives = {"delay": "float", "last": "object", "should": "bool"}.get(kind, "None")
        given = named.error or (STATE if re.search(rf"\b{STATE}\b", made.body) else "_")
        if typed:
            given += ": BaseException" if named.error else f": {self.prefix}RetryCallState"
        head = f"{word} {named.name}({given}){f' -> {gives}' if typed else ''}:"
        body = indented(self.spelled(made.body), unit)
        return indented(f"{head}\n{body}", indent) + ("\n" if indent else "")

    def indent_of(self, node: ast.stmt) -> str:
        """The indentation of a statement."""
        start = self.module.span(node).start
        return self.module.view[self.line_start(start) : start].decode()

    def line_start(self, offset: int) -> int:
        """Start of the line around an offset."""
        return self.module.view.rfind(b"\n", 0, offset) + 1

    def edit(self, span: Span, text: str) -> Edit:
        """A span replaced with a text."""
        return self.module.edit(span.start, span.end, self.newlines(text))

    def newlines(self, text: str) -> str:
        """A text with the line ends of the file."""
        newline = self.module.source.newline
        return text.replace("\n", newline) if newline != "\n" else text

    def removed(self) -> list[Edit]:
        """Edits that take away the assignments made for the loop alone."""
        edits = []
        for statement in self.around.obsolete:
            span = statements_span(self.module, [statement])
            comments = [s for s, e in self.module.lexed.comments if span.start <= s < span.end]
            if comments:
                raise NotRewritableError("comment", "a comment stands where a variable is set")
            end = self.module.view.find(b"\n", span.end) + 1 or len(self.module.view)
            above = self.line_above(span.start)
            if not above or above.endswith(b":"):  # no two empty lines, and none under a header
                end += len(self.module.view[end:]) - len(self.module.view[end:].lstrip(b"\r\n"))
            edits.append(self.module.edit(span.start, end, ""))
        return edits

    def doubts(self) -> tuple[str, ...]:
        """What the way it ends leaves in doubt."""
        sleeps = self.finale.sleeps and not self.setting.keeps_sleep
        return (*self.finale.doubts, *((FINAL_SLEEP,) if sleeps else ()))

    def freed(self) -> tuple[str, ...]:
        """Imported names that the loop reads."""
        known = scopes(self.module)
        names = loaded([self.retry.loop, *self.around.obsolete])
        return tuple(
            sorted(
                name
                for name in names
                if any(one.kind == "import" for one in known.bindings_in(known.top, name))
            )
        )

    def unbound(self) -> frozenset[str]:
        """Names that the loop binds, some of which nothing binds any more."""
        return frozenset(stored([self.retry.loop]) | stored(self.around.obsolete))
