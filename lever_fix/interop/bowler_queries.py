"""Bowler's queries as codemods: its selectors and modifiers, without its reading and writing.

Bowler rewrites line ends, fails on a file without a final newline, and passes over what its
grammar, that of Python 3.8, does not know. Here it gets the text as it likes it, what comes back
has the file's own line ends again, and a file that it cannot parse is an error that names it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bowler.query import SELECTORS, Query
from bowler.tool import BowlerTool
from fissix.pgen2.parse import ParseError
from fissix.pgen2.tokenize import TokenError
from fissix.refactor import RefactoringTool

from lever_fix.codemod import Codemod
from lever_fix.errors import UnsupportedError
from lever_fix.interop.differences import hunks, lines_of, with_line_ends_of
from lever_fix.interop.foreign import Foreign, Outcome, as_codemod
from lever_fix.interop.naming import digest_of, safety_of, triggers_of
from lever_fix.semantics.module import Module

_CONTEXT = 3
"""Lines of context that Bowler shows its processors around a hunk."""
_NAMED = frozenset(SELECTORS) - {"root", "pattern"}
"""Selectors that match only where the name they are given stands."""


def bowler_codemod(
    query: Query,
    *,
    id: str,
    summary: str,
    doc: str,
    origin: Path,
    holder: object,
    written: Sequence[str],
) -> Codemod:
    """The codemod that a query is.

    Args:
        query: The query; its paths are not looked at, those of the command line decide.
        id: What the codemod is called.
        summary: One line.
        doc: What it does, and why.
        origin: The file it stands in; this one for a query on the command line.
        holder: The module that may say more: `LEVER_TRIGGERS`, `LEVER_SAFETY`.
        written: What else its results depend on: how it was named, and with which arguments.
    """
    foreign = Foreign(
        id=id,
        kind="Bowler query",
        summary=summary,
        doc=doc,
        origin=origin,
        version=digest_of([origin], "bowler", *written),
        triggers=triggers_of(holder, _words(query)),
        by_name=True,
        safety=safety_of(holder, origin),
    )
    return as_codemod(foreign, _Refactoring(query, id).outcome)


def _words(query: Query) -> tuple[str, ...]:
    """Words of which one must stand in a file for the query to match; none where any file may."""
    found: dict[str, None] = {}
    for transform in query.transforms:
        name = str(transform.kwargs.get("name", ""))
        parts = re.findall(r"\w+", name)
        if transform.fixer or transform.selector not in _NAMED or not parts:
            return ()
        found[max(parts, key=len)] = None
    return tuple(found)


class _Refactoring:
    """A query at work: its patterns are compiled once, when the first file comes."""

    def __init__(self, query: Query, name: str) -> None:
        self._query = query
        self._name = name

    @functools.cached_property
    def _tool(self) -> RefactoringTool:
        return _Tool(self._query.compile(), {"print_function": self._query.python_version == 3})

    def outcome(self, module: Module) -> Outcome:
        """What the query makes of a module."""
        matches = self._query.filename_matcher
        if matches is not None and not matches(module.path):
            return Outcome()
        text = module.view.replace(b"\r\n", b"\n").decode("utf-8")
        ended = text if text.endswith("\n") else f"{text}\n"
        if not text.strip():
            return Outcome()
        after = self._refactored(module, ended)
        if after == ended:
            return Outcome()
        after = self._processed(module.path, ended, after)
        newline = module.source.newline
        return Outcome(with_line_ends_of(module.text, after.encode("utf-8"), newline))

    def _refactored(self, module: Module, text: str) -> str:
        """The text after the query.

        Raises:
            UnsupportedError: Bowler cannot parse the file; names it and the line.
        """
        try:
            whole = str(self._tool.driver.parse_string(text))
        except (ParseError, TokenError, IndentationError) as error:
            line = _line(error)
            _ = module.tree  # the file's own fault is told as such
            raise self._unparsed(module, line, str(error).partition(":")[0]) from error
        if whole != text:
            lines = hunks(lines_of(text.encode()), lines_of(whole.encode()))
            line = 1 + next((hunk.start for hunk in lines), 0)
            raise self._unparsed(module, line, "it does not print what it has read")
        return str(self._tool.refactor_string(text, module.path))

    def _unparsed(self, module: Module, line: int, said: str) -> UnsupportedError:
        return UnsupportedError(
            f"{module.path}:{line}: not parsed by Bowler, which knows Python up to 3.8, so "
            f"{self._name} did nothing here: {said}",
            "write the change as a lever-fix or LibCST codemod, or leave the file out",
        )

    def _processed(self, path: str, old: str, new: str) -> str:
        """The new text less the hunks that a `process` callback of the query refuses."""
        processors = self._query.processors
        if not processors:
            return new
        before, after = (lines_of(text.encode()) for text in (old, new))
        kept: list[bytes] = []
        at = 0
        for hunk in hunks(before, after):
            kept += before[at : hunk.start]
            shown = _shown(path, before, after, hunk)
            answers = [process(path, shown) for process in processors]
            refused = any(answer is False for answer in answers)
            kept += before[hunk.start : hunk.end] if refused else []
            kept += [] if refused else after[hunk.new_start : hunk.new_end]
            at = hunk.end
        return b"".join([*kept, *before[at:]]).decode()


class _Tool(RefactoringTool):  # type: ignore[misc]
    """Fissix's tool with Bowler's fixers, and without Bowler's processes and files."""

    def __init__(self, fixers: Iterable[Any], options: Mapping[str, Any]) -> None:
        super().__init__(fixers, options=dict(options))

    def get_fixers(self) -> tuple[list[Any], list[Any]]:
        """The fixers, those that walk the tree from the top first."""
        pre, post = BowlerTool.get_fixers(self)
        return list(pre), list(post)

    def log_error(self, msg: str, *args: Any, **kwds: Any) -> None:
        """Say what went wrong, where Bowler logs it and goes on."""
        raise


def _line(error: Exception) -> int:
    match error:
        case ParseError(context=(_, (int(line), _))):
            return line
        case TokenError(args=(_, (int(line), _))):
            return line
        case IndentationError(lineno=int(line)):
            return line
    return 1


def _shown(path: str, old: Sequence[bytes], new: Sequence[bytes], hunk: Any) -> list[str]:
    """A hunk the way Bowler shows it to its processors."""
    first, last = max(0, hunk.start - _CONTEXT), min(len(old), hunk.end + _CONTEXT)
    above, below = old[first : hunk.start], old[hunk.end : last]
    gone, come = old[hunk.start : hunk.end], new[hunk.new_start : hunk.new_end]
    length = len(above) + len(come) + len(below)
    start = hunk.new_start - len(above) + 1
    lines = [*((" ", one) for one in above), *(("-", one) for one in gone)]
    lines += [*(("+", one) for one in come), *((" ", one) for one in below)]
    return [
        f"--- {path}",
        f"+++ {path}",
        f"@@ -{first + 1},{last - first} +{start},{length} @@",
        *(f"{mark}{line.decode().rstrip()}" for mark, line in lines),
    ]
