"""A file's lexical shape: strings, comments, logical lines. Fifteen times cheaper than a parse.

One regular expression finds every string and comment of a file. Logical lines are found only
where someone asks for them, from the nearest *anchor*: a line that starts with a keyword which no
expression can hold (`def`, `return`, …) always starts a statement, so brackets need counting
only from there.

All offsets are into `SourceFile.view`, whose line ends are LF or CRLF.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

Range = tuple[int, int]
"""Start and end offset in bytes."""

_STRING = rb"""
    \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"
  | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
  | "[^"\\\n]*(?:\\(?:\r\n|.)[^"\\\n]*)*"
  | '[^'\\\n]*(?:\\(?:\r\n|.)[^'\\\n]*)*'
"""
_TOKEN = re.compile(rb"\#[^\r\n]*|" + _STRING, re.DOTALL | re.VERBOSE)
_PREFIX = re.compile(rb"(?<![\w])[rbuftRBUFT]{1,2}\Z")
_ANCHOR = re.compile(
    rb"[ \t\f]*(?:async[ \t]+def|def|class|import|return|with|while|try|raise|global|nonlocal"
    rb"|del|assert|pass|break|continue)\b"
)
_SHAPE = re.compile(rb"[()\[\]{}\n]|\\\r?\n")
# Most logical lines have at most three levels of brackets; these are matched whole, blank lines
# above them included. No two alternatives start with the same byte, so that others are not tried
# many ways; possessive quantifiers would say it, but match wrongly before Python 3.11.5.
_BLANK = rb"(?:[ \t\f]*\r?\n)*[ \t\f]*"
_INSIDE = rb"[^()\[\]{}\\]*"
_DEEPEST = rb"[(\[{]%b[)\]}]" % _INSIDE
_DEEPER = rb"[(\[{]%b(?:%b%b)*[)\]}]" % (_INSIDE, _DEEPEST, _INSIDE)
BRACKETED = rb"[(\[{]%b(?:%b%b)*[)\]}]" % (_INSIDE, _DEEPER, _INSIDE)
"""Pattern of a pair of brackets in `Lexed.code`, with at most two levels of others inside."""
_PLAIN = rb"[^()\[\]{}\\\n]*"
_SIMPLE = re.compile(rb"%b(%b(?:%b%b)*\n)" % (_BLANK, _PLAIN, BRACKETED, _PLAIN))
_BLANK_LINES = re.compile(_BLANK)
# A literal prefix lets the engine of `re` search instead of trying every line.
_DEF = re.compile(rb"def[ \t]+([^\s(:\[\\]+)")
_CLASS = re.compile(rb"class[ \t]+([^\s(:\[\\]+)")
_BEFORE_DEF = re.compile(rb"[ \t\f]*(async[ \t]+)?")
_FLUSH_LEFT = re.compile(rb"\n[^\s)\]}]")
_NEAR = 500
"""Bytes that are gone over statement by statement, rather than back to an anchor and forward."""
_QUOTES, _BLANKS = b'"' * 4096, b" " * 4096


@dataclass(frozen=True)
class Block:
    """The header of a `def` or `class`.

    Attributes:
        name: Its own name.
        start: Offset of its first keyword.
        indent: Width of its indentation in bytes.
        is_class: True for a class.
        parent: The block it stands in, by indentation; None at module level.
    """

    name: str
    start: int
    indent: int
    is_class: bool
    parent: Block | None

    @cached_property
    def qualified_name(self) -> str:
        """Dotted name inside the module."""
        return f"{self.parent.qualified_name}.{self.name}" if self.parent else self.name


@dataclass(eq=False)
class Lexed:
    """Strings and comments of a text, and the logical lines around an offset.

    Attributes:
        view: The text, with LF or CRLF line ends.
        strings: Ranges of string literals, without their prefix letters, in order.
        comments: Ranges of comments, `#` included, in order.
    """

    view: bytes
    strings: list[Range]
    comments: list[Range]
    _blocks_at: dict[int, Block | None] = field(default_factory=dict)
    _last: Range = (0, 0)
    _resume: int = 0

    @cached_property
    def code(self) -> bytes:
        """The view with strings as runs of quotes and comments as blanks.

        Offsets are the same, and every bracket, line end and name in it is code.
        """
        pieces: list[bytes] = []
        position = 0
        view, strings, blanks = self.view, _QUOTES, _BLANKS
        for start, end in self._opaque:
            size = end - start
            if size > len(strings):
                strings, blanks = b'"' * size, b" " * size
            pieces.append(view[position:start])
            pieces.append((blanks if view[start] == 0x23 else strings)[:size])
            position = end
        pieces.append(view[position:])
        return b"".join(pieces)

    @cached_property
    def has_stray_quote(self) -> bool:
        """True where a quote begins no string: most likely one that is not closed."""
        code = self.code
        return code.count(b'"') + code.count(b"'") != sum(
            end - start for start, end in self.strings
        )

    @cached_property
    def _opaque_starts(self) -> list[int]:
        return [start for start, _ in self._opaque]

    @cached_property
    def _opaque(self) -> list[Range]:
        return sorted(self.strings + self.comments) if self.comments else self.strings

    def opaque_at(self, offset: int) -> Range | None:
        """The string or comment that holds the byte at `offset`, if any."""
        index = bisect_right(self._opaque_starts, offset) - 1
        if index >= 0 and offset < self._opaque[index][1]:
            return self._opaque[index]
        return None

    def in_code(self, offset: int) -> bool:
        """True where the byte at `offset` is in neither a string nor a comment."""
        return self.opaque_at(offset) is None

    def in_comment(self, offset: int) -> bool:
        """True where the byte at `offset` is in a comment."""
        held = self.opaque_at(offset)
        return held is not None and self.view[held[0]] == 0x23

    def string_start(self, string: Range) -> int:
        """Offset of a string literal's first prefix letter, or of its quote."""
        match = _PREFIX.search(self.view, max(0, string[0] - 3), string[0])
        return match.start() if match else string[0]

    def statement_at(self, offset: int) -> Range:
        """The logical line that holds `offset`, without indentation and final newline.

        A compound statement's header is a logical line of its own. Blank lines and comment lines
        belong to the logical line below them.
        """
        if self._last[0] <= offset < self._last[1]:
            return self._last
        # Callers mostly go forward, and what was just scanned need not be scanned again.
        position = self._resume if self._resume <= offset else 0
        if offset - position > _NEAR:
            position = self._anchor(offset, position)
        code, whole = self.code, _SIMPLE.match
        while True:
            match = whole(code, position)
            if match is None:
                start, end, position = self._odd_line(position)
                if offset < position or position >= len(code):
                    break
            elif offset < match.end():
                start, end = match.span(1)
                position = end
                break
            else:
                position = match.end()
        self._last = start, start + len(self.view[start:end].rstrip())
        self._resume = position
        return self._last

    def _anchor(self, offset: int, floor: int) -> int:
        """Start of the nearest line at or above `offset` that surely starts a statement.

        `floor` is one that is known to.
        """
        code = self.code
        line = code.rfind(b"\n", floor, offset) + 1
        while line > floor:
            if _ANCHOR.match(code, line):
                return line
            line = code.rfind(b"\n", floor, line - 1) + 1
        return floor

    def _odd_line(self, position: int) -> tuple[int, int, int]:
        """Start, end and next position of a logical line, by counting its brackets."""
        code = self.code
        blank = _BLANK_LINES.match(code, position)
        start = blank.end() if blank else position
        depth = 0
        for match in _SHAPE.finditer(code, start):
            byte = code[match.start()]
            if byte in b"([{":
                depth += 1
            elif byte in b")]}":
                depth = max(0, depth - 1)
            elif byte == 0x0A and depth == 0:
                return start, match.start(), match.end()
        return start, len(code), len(code)

    @cached_property
    def blocks(self) -> list[Block]:
        """Every `def` and `class` header of the file, in order."""
        found: list[Block] = []
        stack: list[Block] = []
        for start, indent, name, is_class in sorted(self._headers()):
            while stack and (stack[-1].indent >= indent or self._ends_before(stack[-1], start)):
                stack.pop()
            block = Block(name, start, indent, is_class, stack[-1] if stack else None)
            stack.append(block)
            found.append(block)
        return found

    def _headers(self) -> Iterator[tuple[int, int, str, bool]]:
        code = self.code
        for pattern, is_class in ((_DEF, False), (_CLASS, True)):
            for match in pattern.finditer(code):
                line = code.rfind(b"\n", 0, match.start()) + 1
                before = _BEFORE_DEF.fullmatch(code, line, match.start())
                if before is None:
                    continue
                start = before.start(1) if before.group(1) else match.start()
                yield start, start - line, match.group(1).decode("utf-8", "replace"), is_class

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @cached_property
    def _flush_left(self) -> list[int]:
        return [match.end() - 1 for match in _FLUSH_LEFT.finditer(self.code)]

    def block_at(self, offset: int, statement: int | None = None) -> Block | None:
        """The innermost `def` or `class` whose body holds the statement at `offset`.

        A header stands in the block around it, not in its own. Where the start of the statement
        is known, it need not be found again.
        """
        start = self.statement_at(offset)[0] if statement is None else statement
        if start not in self._blocks_at:
            self._blocks_at[start] = self._block_around(start)
        return self._blocks_at[start]

    def _block_around(self, start: int) -> Block | None:
        indent = start - (self.view.rfind(b"\n", 0, start) + 1)
        if not indent:
            return None
        index = bisect_right(self._block_starts, start) - 1
        block = self.blocks[index] if index >= 0 else None
        if block is not None and block.start == start:
            return block.parent
        while block is not None and (block.indent >= indent or self._ends_before(block, start)):
            block = block.parent
        return block

    def _ends_before(self, block: Block, offset: int) -> bool:
        """True where a statement between the header and `offset` is indented no deeper."""
        if block.indent == 0:
            index = bisect_right(self._flush_left, block.start)
            candidates = self._flush_left[index : bisect_right(self._flush_left, offset - 1)]
        else:
            body = self.code.find(b"\n", block.start)
            shallow = _shallow(block.indent).finditer(self.code, body, offset)
            candidates = [match.end() - 1 for match in shallow]
        return any(self._starts_statement(at) for at in candidates)

    def _starts_statement(self, offset: int) -> bool:
        remembered = self._last
        start = self.statement_at(offset)[0]
        self._last = remembered
        return start == offset


@lru_cache(maxsize=64)
def _shallow(indent: int) -> re.Pattern[bytes]:
    return re.compile(rb"\n[ \t\f]{0,%d}[^\s)\]}]" % indent)


@lru_cache(maxsize=8)
def lex(view: bytes) -> Lexed:
    """Find the strings and comments of a text whose line ends are LF or CRLF.

    What a file was and what it becomes are each looked at by several steps in a row, so the last
    few texts are remembered.
    """
    strings: list[Range] = []
    comments: list[Range] = []
    for match in _TOKEN.finditer(view):
        (comments if view[match.start()] == 0x23 else strings).append(match.span())
    lexed = Lexed(view, strings, comments)
    if sys.version_info >= (3, 12) and _has_nested_quotes(lexed):
        return _lex_exactly(view) or lexed
    return lexed


def _has_nested_quotes(lexed: Lexed) -> bool:
    """True where an f-string may reuse its own quotes inside braces (PEP 701).

    Such a literal is cut short by the regular expression, which leaves a brace open.
    """
    view = lexed.view
    for start, end in lexed.strings:
        if view[start - 1 : start] in (b"f", b"F", b"t", b"T", b"r", b"R"):
            body = view[start:end]
            if body.count(b"{") != body.count(b"}"):
                return True
    return False


def _lex_exactly(view: bytes) -> Lexed | None:
    """Strings and comments by the tokenizer of the running interpreter; None if it fails."""
    starts = [0, *(match.end() for match in re.finditer(rb"\n", view))]
    lines = view.split(b"\n")
    strings: list[Range] = []
    comments: list[Range] = []
    opened: list[int] = []

    def at(position: tuple[int, int]) -> int:
        row, column = position
        text = lines[row - 1].decode("utf-8", "replace")
        return starts[row - 1] + len(text[:column].encode())

    try:
        for token in tokenize.tokenize(io.BytesIO(view).readline):
            name = tokenize.tok_name[token.type]
            if name == "COMMENT":
                comments.append((at(token.start), at(token.end)))
            elif name in ("FSTRING_START", "TSTRING_START"):
                opened.append(_quote(token.string, at(token.start)))
            elif name in ("FSTRING_END", "TSTRING_END"):
                start = opened.pop()
                if not opened:
                    strings.append((start, at(token.end)))
            elif name == "STRING" and not opened:
                strings.append((_quote(token.string, at(token.start)), at(token.end)))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return None
    return Lexed(view, strings, comments)


def _quote(text: str, start: int) -> int:
    """Offset of the first quote of a literal that starts at `start`, prefix included."""
    return start + min(text.find(quote) for quote in "\"'" if quote in text)
