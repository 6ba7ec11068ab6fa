"""One module as a codemod sees it: every view of it is made when it is first asked for."""

from __future__ import annotations

import ast
import gc
import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from lever_fix.errors import SourceError
from lever_fix.model import Edit, Finding, Fix, Import, Needs, Refusal, Safety, Span
from lever_fix.semantics.lexical import Block, Lexed, lex
from lever_fix.sources import SourceFile

_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_LINE_END = re.compile(rb"\r\n|\r|\n")


Outer = Callable[[str], frozenset[str] | None]
"""What a name may stand for; None where nothing at the top level of the module binds it."""


@dataclass(frozen=True, eq=False)
class Statement:
    """One logical line, parsed on its own.

    Attributes:
        start: Offset of its first byte in the module.
        end: Offset behind its last byte.
        nodes: The statements on the line; a compound header has a stand-in body.
        starts: Offset in the module of each parsed line's first byte, first line at index 0; a
            stand-in body lies behind `end`.
    """

    start: int
    end: int
    nodes: list[ast.stmt]
    starts: list[int]

    def span(self, node: ast.expr | ast.stmt | ast.arg | ast.alias | ast.keyword) -> Span:
        """Where a node of this statement stands in the module."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return Span(
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )


class Module:
    """A source file and its lazily made views: lexical shape, statements, tree, names."""

    def __init__(self, source: SourceFile, name: str = "") -> None:
        self.source = source
        self.name = name or module_name(source.path)
        """Dotted name by which the project imports it."""
        self.path = source.path
        self.text = source.text
        self.view = source.view
        self.memo: dict[Hashable, Any] = {}
        """What analyses keep about the module, by a key of their own."""
        self.outer: Outer | None = None
        """What the names around a part of a file may stand for; None where all of it is here."""
        self._statements: dict[int, Statement] = {}

    @cached_property
    def lexed(self) -> Lexed:
        """Strings, comments and logical lines."""
        return lex(self.view)

    @cached_property
    def tree(self) -> ast.Module:
        """The whole file, parsed.

        Raises:
            SourceError: The file does not parse with the running interpreter.
        """
        return parse(self.path, self.text)

    @property
    def is_package(self) -> bool:
        """True for the `__init__.py` of a package."""
        return self.path.rpartition("/")[2] == "__init__.py"

    def has(self, text: bytes) -> bool:
        """Whether its source holds some text: a quick no to what would take a walk to see."""
        key = "has", text
        if key not in self.memo:
            self.memo[key] = text in self.text
        return bool(self.memo[key])

    def span(self, node: ast.AST) -> Span:
        """Where a node of the whole tree stands.

        Before Python 3.12 the nodes inside an f-string have no place that can be trusted.
        """
        starts = self.source.line_starts
        start = starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return Span(start, end)

    def statement_at(self, offset: int) -> Statement:
        """The logical line around `offset`, parsed alone where that is possible.

        Raises:
            SourceError: Neither the line nor the file parses.
        """
        start, end = self.lexed.statement_at(offset)
        statement = self._statements.get(start)
        if statement is None:
            statement = _parse_alone(self.view, start, end) or self._from_tree(offset)
            self._statements[start] = statement
        return statement

    def _from_tree(self, offset: int) -> Statement:
        """The innermost statement of the whole tree around `offset`."""
        starts = self.source.line_starts
        found: ast.stmt = self.tree.body[0]
        whole = Statement(0, len(self.text), [], starts)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.stmt):
                span = whole.span(node)
                if span.start <= offset < span.end:
                    found = node
        span = whole.span(found)
        return Statement(span.start, span.end, [found], starts)

    def scope_at(self, offset: int, statement: int | None = None) -> str:
        """Qualified name of the scope whose body holds the statement at `offset`."""
        block = self.lexed.block_at(offset, statement)
        return block.qualified_name if block else ""

    def enclosing(self, offset: int) -> Iterator[Block]:
        """The blocks around the statement at `offset`, innermost first."""
        block = self.lexed.block_at(offset)
        while block is not None:
            yield block
            block = block.parent

    def occurrences(self, words: Iterable[str]) -> list[re.Match[bytes]]:
        """Every whole-word occurrence of the words, comments left out, strings included."""
        view, code = self.view, self.lexed.code
        found: list[re.Match[bytes]] = []
        for word in words:
            for match in _word(word).finditer(view):
                at = match.start()
                if at and view[at - 1] in _WORD_BYTES:
                    continue
                if code[at] == view[at] or not self.lexed.in_comment(at):
                    found.append(match)
        found.sort(key=re.Match.start)
        return found

    def edit(self, start: int, end: int, text: str) -> Edit:
        """An edit of this module."""
        return Edit(self.path, start, end, text)

    def finding(
        self,
        span: Span,
        message: str,
        *,
        safety: Safety = Safety.SAFE,
        reasons: tuple[str, ...] = (),
        edits: tuple[Edit, ...] = (),
        needs: Needs | None = None,
        fix: Fix | None = None,
        statement: int | None = None,
    ) -> Finding:
        """A finding in this module; the engine fills in the codemod and the fingerprint.

        Args:
            span: The site: what the finding is about, as small as can be.
            message: What is there and what it should be, in one sentence.
            safety: How far the fix can be trusted.
            reasons: Why it is not safe; required where it is not.
            edits: The edits, where they are all the fix there is.
            needs: What the edits need in this module.
            fix: The whole fix, where it reaches further than this module.
            statement: Start of the statement of the site, where that is known already.
        """
        if fix is None and (edits or needs):
            fix = Fix(edits, (needs,) if needs else ())
        return Finding(
            codemod="",
            path=self.path,
            span=span,
            message=message,
            safety=safety,
            reasons=reasons,
            fix=fix,
            scope=self.scope_at(span.start, statement),
        )

    def refusal(self, span: Span, code: str, *chain: str) -> Refusal:
        """A place looked at closely and left alone, with what blocks it."""
        return Refusal(codemod="", path=self.path, span=span, code=code, chain=chain)

    def needs(
        self,
        *,
        imports: tuple[Import, ...] = (),
        freed: tuple[str, ...] = (),
    ) -> Needs:
        """The common needs of a fix in this module."""
        return Needs(self.path, imports=imports, freed=freed)


def module_name(path: str) -> str:
    """The dotted name a path has where nothing is known of the project around it."""
    parts = path.removesuffix(".py").removeprefix("src/").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def parse(path: str, text: bytes) -> ast.Module:
    """Parse a whole file, with the cyclic garbage collector off (twice as fast).

    Raises:
        SourceError: The text does not parse with the running interpreter; names the line.
    """
    try:
        with collector_off():
            # Without the declaration a cookie in the text would decode it a second time.
            return ast.parse(text.decode("utf-8"), path)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise syntax_error(path, error) from error


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep the cyclic garbage collector from going through trees again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def syntax_error(path: str, error: Exception) -> SourceError:
    """A parser's complaint as an error that names file and line."""
    import sys

    line = getattr(error, "lineno", None) or 1
    message = getattr(error, "msg", None) or str(error) or type(error).__name__
    version = "{}.{}".format(*sys.version_info[:2])
    return SourceError(
        f"{path}:{line}: does not parse with Python {version}: {message}",
        "mend the syntax, or run lever-fix with the Python version the file is written for",
    )


def _parse_alone(view: bytes, start: int, end: int) -> Statement | None:
    """Parse one logical line without what is around it; None where that cannot be done."""
    text = view[start:end]
    shift = 0
    if text.startswith(b"elif"):
        text, shift = text[2:], 2
    tail = b""
    if text.startswith(b"@"):
        tail = b"\ndef _(): pass"
    elif _code_end(text).endswith(b":"):
        tail = b"\n pass"
    try:
        tree = ast.parse((text + tail).decode("utf-8"))
    except (SyntaxError, ValueError, RecursionError):
        return None
    starts = [start + shift, *(start + shift + m.end() for m in _LINE_END.finditer(text))]
    if tail:
        starts += [end + 1, end + 1]
    return Statement(start, end, tree.body, starts)


def _code_end(text: bytes) -> bytes:
    """The logical line up to its last code byte; a trailing comment is cut off."""
    line = text[text.rfind(b"\n") + 1 :]
    if b"#" not in line:
        return text
    for comment in lex(text).comments[-1:]:
        if comment[1] == len(text):
            return text[: comment[0]].rstrip()
    return text


@lru_cache(maxsize=256)
def _word(word: str) -> re.Pattern[bytes]:
    # It starts with the plain word, which `re` searches for at the speed of memory.
    return re.compile(re.escape(word.encode()) + rb"\b")
