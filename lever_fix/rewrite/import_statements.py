"""The import statements of a text, read without a parse."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache

from lever_fix.semantics.lexical import Range, lex
from lever_fix.semantics.module import Module

_IMPORT = re.compile(rb"import\b")
_HEAD = re.compile(rb"([ \t\f]*)(?:from\b|import\b)")
_GAP = rb"(?:[ \t\f]|\\\r?\n)"
_STATEMENT = re.compile(
    rb"(?:from(?:GAP+|(?=\.))(?P<module>\.*GAP*[^\s()\\#;,]*)GAP+)?import"
    rb"(?:GAP*(?P<opening>\()[^()#]*(?:\#[^\r\n]*[^()#]*)*\)|GAP+(?:[^\r\n;#\\()]|\\\r?\n)+)"
    rb"[ \t\f]*(?:(?P<semicolon>;)|(?P<comment>\#[^\r\n]*)?(?:\r?\n|\Z))".replace(b"GAP", _GAP)
)
_ITEM = re.compile(
    rb"(?P<comment>\#[^\r\n]*)"
    rb"|(?P<name>[^\s(),*\#\\]+|\*)(?:(?:GAP|\r?\n)+as(?:GAP|\r?\n)+(?P<alias>[^\s(),*\#\\]+))?".replace(
        b"GAP", _GAP
    )
)
_NEXT = re.compile(rb"[ \t]*(?=from\b|import\b)")
_FIRST = re.compile(rb"[ \t\f]*(?=([^ \t\f\r\n#]?))")
_TYPE_CHECKING = re.compile(rb"if[ \t(]+(?:[\w.]+\.)?TYPE_CHECKING[ \t)]*:")
_FUNCTION = re.compile(rb"(?:async[ \t]+)?def\b")
_CLASS = re.compile(rb"class\b")


class Guard(Enum):
    """On what it depends whether an import statement runs."""

    MODULE = "module"
    """Nothing: it stands at module level."""
    TYPE_CHECKING = "type-checking"
    """Directly inside an `if TYPE_CHECKING:` at module level."""
    FUNCTION = "function"
    """Directly inside a function, whatever the function stands in."""
    OTHER = "other"
    """Some condition, `try`, loop or class."""


@dataclass(frozen=True)
class ImportedName:
    """One `name as alias` of an import statement and where it stands."""

    name: str
    alias: str
    start: int
    end: int

    @property
    def bound(self) -> str:
        """The name it binds: for `import a.b` that is `a`."""
        return self.alias or self.name.partition(".")[0]

    @property
    def text(self) -> str:
        """As it would be written on one line."""
        return f"{self.name} as {self.alias}" if self.alias else self.name


@dataclass(frozen=True)
class ImportStatement:
    """One import statement.

    Attributes:
        start: Offset of its first keyword.
        end: Offset behind its last name or its closing parenthesis.
        line: Offset of the first byte of its first line.
        next_line: Offset behind the end of its last line.
        module: What follows `from`, dots included; empty for `import a, b`.
        names: What it imports; a single `*` for a star import.
        opening: Offset of its opening parenthesis, -1 where it has none.
        comments: Comments inside it and behind it on its last line.
        shared: True where another statement stands on the same line.
    """

    start: int
    end: int
    line: int
    next_line: int
    module: str
    names: tuple[ImportedName, ...]
    opening: int
    comments: tuple[Range, ...]
    shared: bool

    @cached_property
    def inner_comments(self) -> tuple[Range, ...]:
        """Comments between its parentheses."""
        return tuple(comment for comment in self.comments if comment[0] < self.end)

    @property
    def target(self) -> str:
        """The module it is sorted by."""
        return self.module or self.names[0].name

    @property
    def is_star(self) -> bool:
        """True for `from x import *`."""
        return self.names[0].name == "*"


def read_imports(module: Module) -> list[ImportStatement]:
    """Every import statement that starts a line, or shares one that starts with an import."""
    found: list[ImportStatement] = []
    position = 0
    in_code = module.lexed.in_code
    for match in _IMPORT.finditer(module.view):
        if match.start() >= position and in_code(match.start()):
            statements = _imports_on_line(module, match.start())
            if statements:
                found += statements
                position = statements[-1].next_line
    return found


def import_around(module: Module, offset: int) -> ImportStatement | None:
    """The import statement that holds `offset`, if any."""
    view = module.view
    stop = _line_end(view, offset)
    while view[max(0, stop - 3) : stop].endswith((b"\\\n", b"\\\r\n")):
        stop = _line_end(view, stop)
    keyword = view.rfind(b"import", 0, stop)
    while keyword >= 0:
        statements = _imports_on_line(module, keyword)
        for statement in statements:
            if statement.start <= offset < statement.end:
                return statement
        if statements and statements[0].start <= offset:
            return None
        keyword = view.rfind(b"import", 0, keyword)
    return None


def _line_end(view: bytes, offset: int) -> int:
    """Offset behind the end of the line that holds `offset`."""
    return view.find(b"\n", offset) + 1 or len(view)


def guard_of(module: Module, statement: ImportStatement) -> Guard:
    """On what it depends whether the statement runs."""
    headers = [module.view[start:end] for start, end in headers_around(module, statement.line)]
    if not headers:
        return Guard.MODULE
    if _FUNCTION.match(headers[0]):
        plain = all(_FUNCTION.match(header) or _CLASS.match(header) for header in headers)
        return Guard.FUNCTION if plain else Guard.OTHER
    if len(headers) == 1 and _TYPE_CHECKING.fullmatch(headers[0]):
        return Guard.TYPE_CHECKING
    return Guard.OTHER


def headers_around(module: Module, line: int) -> Iterator[Range]:
    """Headers of the compound statements around the line at this offset, innermost first."""
    view, indent = module.view, indentation(module.view, line)
    while indent and line > 0:
        line = view.rfind(b"\n", 0, line - 1) + 1
        first = _FIRST.match(view, line)
        if first is None or not first[1] or indentation(view, line) >= indent:
            continue
        start, end = module.lexed.statement_at(first.end())
        if start == first.end():
            indent = indentation(view, line)
            yield start, _without_comment(module, start, end)


def indentation(view: bytes, line: int) -> int:
    """Columns of the indentation of the line at this offset, tabs as Python counts them."""
    match = _FIRST.match(view, line)
    blank = match.group() if match else b""
    return len(blank.rpartition(b"\f")[2].expandtabs())


def starts_in_code(module: Module, offset: int) -> bool:
    """True where `offset` is in no string and no comment; reads no further than `offset`."""
    if "lexed" not in module.__dict__:
        view = module.view
        # A triple quote that is still open reads as an empty string which touches a quote.
        if all(view[end : end + 1] not in (b'"', b"'") for _, end in lex(view[:offset]).strings):
            return True
    return module.lexed.in_code(offset)


def _without_comment(module: Module, start: int, end: int) -> int:
    while module.lexed.in_comment(end - 1):
        held = module.lexed.opaque_at(end - 1)
        end = held[0] if held else end
        end = start + len(module.view[start:end].rstrip())
    return end


def _imports_on_line(module: Module, keyword: int) -> tuple[ImportStatement, ...]:
    """The import statements at the start of the line that holds the keyword."""
    view = module.view
    line = view.rfind(b"\n", 0, keyword) + 1
    while line > 1 and view[line - 3 : line - 1].endswith((b"\\", b"\\\r")):
        line = view.rfind(b"\n", 0, line - 1) + 1
    return _imports_at(module, line)


@lru_cache(maxsize=16)  # each name of a statement asks for it again
def _imports_at(module: Module, line: int) -> tuple[ImportStatement, ...]:
    view = module.view
    head = _HEAD.match(view, line)
    if head is None or not starts_in_code(module, head.end(1)):
        return ()
    found = [_read(view, line, head.end(1))]
    while found[-1] is not None and found[-1].shared:
        behind = _NEXT.match(view, found[-1].next_line)
        if behind is None:
            break
        found.append(_read(view, line, behind.end()))
    statements = tuple(statement for statement in found if statement is not None)
    if statements and statements[0].shared:
        return _on_shared_line(view, statements)
    return statements


def _on_shared_line(view: bytes, found: tuple[ImportStatement, ...]) -> tuple[ImportStatement, ...]:
    """The statements with their common line end; none where the line's end is not certain."""
    end = _line_end(view, found[-1].end)
    try:
        ast.parse(view[found[0].start : end].decode("utf-8"))
    except SyntaxError:
        return ()
    return tuple(replace(statement, next_line=end, shared=True) for statement in found)


def _read(view: bytes, line: int, start: int) -> ImportStatement | None:
    """Read the import statement at `start`; its `next_line` is behind a semicolon, if any."""
    match = _STATEMENT.match(view, start)
    if match is None:
        return None
    first = match.end("opening") if match["opening"] else _names_start(view, match)
    limit = match.start("semicolon") if match["semicolon"] else match.end()
    names: list[ImportedName] = []
    comments: list[Range] = []
    for item in _ITEM.finditer(view, first, limit):
        if item["comment"]:
            comments.append(item.span())
        else:
            name, alias = item["name"].decode("utf-8"), (item["alias"] or b"").decode("utf-8")
            names.append(ImportedName(name, alias, item.start(), item.end()))
    if not names:
        return None
    outside = match["comment"]
    behind = match.start("comment") if outside else limit
    end = start + len(view[start:behind].rstrip())
    origin = b"".join((match["module"] or b"").split()).replace(b"\\", b"").decode("utf-8")
    opening = match.start("opening") if match["opening"] else -1
    shared = bool(match["semicolon"])
    return ImportStatement(
        start, end, line, match.end(), origin, tuple(names), opening, tuple(comments), shared
    )


def _names_start(view: bytes, match: re.Match[bytes]) -> int:
    """Offset behind the `import` keyword."""
    return view.index(b"import", max(match.end("module"), match.start())) + len(b"import")
