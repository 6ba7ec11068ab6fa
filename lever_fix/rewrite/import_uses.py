"""Whether a text still uses a name: in code, in string annotations, in type comments."""

from __future__ import annotations

import ast
import re
import textwrap
from bisect import bisect_left
from functools import lru_cache

from lever_fix.rewrite.import_statements import ImportStatement, import_around
from lever_fix.semantics.lexical import Range
from lever_fix.semantics.module import Module

_TYPE_COMMENT = re.compile(rb"\#[ \t]*type:(?![ \t]*ignore\b)")
_STORED = re.compile(rb"[ \t]*=(?!=)")
_BETWEEN = re.compile(rb"(?:\s|\\\r?\n)*[rbuftRBUFT]{0,2}")
# `Content-Type` would parse as a subtraction.
_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
# No expression and no statement has a name and then a word that is no operator.
_PROSE_BEHIND = re.compile(rb"[ \t]+(?!(?:if|else|and|or|not|in|is|for|as|async|import)\b)\w")


def words(view: bytes, name: str) -> list[int]:
    """Offsets of a whole word anywhere in a text."""
    word = name.encode("utf-8")
    if word not in view:
        return []
    return [match.start() for match in _word(word).finditer(view)]


def is_used(module: Module, name: str) -> bool:
    """True where anything but an import statement, a docstring or prose has the name.

    A string counts where it parses as code that has the name; f-strings and `# type:` comments
    always count.
    """
    length = len(name.encode("utf-8"))
    return any(
        import_around(module, at) is None and _is_use(module, name, at, at + length)
        for at in words(module.view, name)
    )


def unused_bindings(module: Module, name: str) -> dict[int, tuple[ImportStatement, int]]:
    """The imports that bind a name nothing uses, as statement and index in it.

    The keys are offsets of the imported names; empty where something uses the name.
    """
    found: dict[int, tuple[ImportStatement, int]] = {}
    length = len(name.encode("utf-8"))
    for at in words(module.view, name):
        statement = import_around(module, at)
        if statement is None:
            if _is_use(module, name, at, at + length):
                return {}
            continue
        for index, item in enumerate(statement.names):
            if item.bound == name and item.start <= at < item.end:
                found[item.start] = (statement, index)
    return found


def first_use(module: Module, name: str) -> int:
    """Offset of the first use of the name in code; the length of the text where there is none."""
    length = len(name.encode("utf-8"))
    for at in words(module.view, name):
        if (
            module.lexed.in_code(at)
            and import_around(module, at) is None
            and _is_load(module.view, at, at + length)
        ):
            return at
    return len(module.view)


@lru_cache(maxsize=256)
def _word(word: bytes) -> re.Pattern[bytes]:
    # The word comes first in the pattern: `re` then searches for it as a plain string.
    edge = rb"[\w\x80-\xff]"
    return re.compile(b"%b(?!%b)(?<!%b%b)" % (re.escape(word), edge, edge, re.escape(word)))


def _is_use(module: Module, name: str, start: int, end: int) -> bool:
    opaque = module.lexed.opaque_at(start)
    if opaque is None:
        return _is_load(module.view, start, end)
    if module.view[opaque[0]] == 0x23:
        return _TYPE_COMMENT.match(module.view, *opaque) is not None
    return _is_use_in_string(module, name, opaque, end)


def _is_load(view: bytes, start: int, end: int) -> bool:
    """False where the word in code is surely not read: an attribute, a keyword argument."""
    before = view[max(0, start - 80) : start].rstrip(b" \t\f\r\n\\")
    if before.endswith(b"."):
        return before.endswith(b"...")
    # Behind a colon or an arrow it is the annotation of what gets the value.
    return not (_STORED.match(view, end) and before.endswith((b"(", b",")))


def _is_use_in_string(module: Module, name: str, string: Range, end: int) -> bool:
    view, lexed = module.view, module.lexed
    start = lexed.string_start(string)
    prefix = view[start : string[0]].lower()
    if b"b" in prefix or _PROSE_BEHIND.match(view, end, string[1]):
        return False
    if b"f" in prefix or b"t" in prefix:
        return True
    statement = lexed.statement_at(start)
    chain = _chain(module, string, statement)
    if chain == statement:
        return False  # a docstring, or a string that nothing reads
    return _names_in(view[chain[0] : chain[1]], name)


def _chain(module: Module, string: Range, statement: Range) -> Range:
    """The implicitly concatenated literals of one statement that the string is one of."""
    strings, view = module.lexed.strings, module.view
    first = last = bisect_left(strings, string)
    while (
        first
        and strings[first - 1][0] >= statement[0]
        and _BETWEEN.fullmatch(view, strings[first - 1][1], strings[first][0])
    ):
        first -= 1
    while (
        last + 1 < len(strings)
        and strings[last + 1][1] <= statement[1]
        and _BETWEEN.fullmatch(view, strings[last][1], strings[last + 1][0])
    ):
        last += 1
    return module.lexed.string_start(strings[first]), strings[last][1]


def _names_in(literal: bytes, name: str) -> bool:
    """True where the value of a string literal parses as code that has the name."""
    try:
        value = ast.literal_eval("(" + literal.decode("utf-8") + "\n)")
        return isinstance(value, str) and _mentions(value, name)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _mentions(code: str, name: str) -> bool:
    if name not in code or _HYPHENATED.fullmatch(code):
        return False
    try:
        tree = ast.parse(textwrap.dedent(code).strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        (isinstance(node, ast.Name) and node.id == name)
        or (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value != code
            and _mentions(node.value, name)
        )
        for node in ast.walk(tree)
    )
