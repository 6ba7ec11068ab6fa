"""Where the annotations of one logical line stand, found without parsing it.

A whole `def` header costs ten times as much to parse as its annotations, and these repeat:
`Optional[str]` is parsed once per process, however often it is written.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from lever_fix.semantics.lexical import BRACKETED, Lexed

Annotation = tuple[int, int, str]
"""Start and end of the expression, and its role: `parameter`, `return` or `variable`."""

_DEF = re.compile(rb"(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(")
_GAP = rb"(?:[ \t\f\r\n]|\\\r?\n)*"


def _until(stops: bytes) -> bytes:
    """Pattern of an expression in `Lexed.code` up to the first of some bytes outside brackets."""
    plain = rb"[^()\[\]{}%b]*" % stops
    return rb"%b(?:%b%b)*" % (plain, BRACKETED, plain)


# No two parts that may match the same white space follow each other: what fails would be tried in
# as many ways as there is white space.
_PARAMETER = re.compile(
    rb"GAP(?:(?:(?:\*{1,2}GAP)?\w+|[*/])GAP)?"
    rb"(?::(?P<annotation>ANNOTATION))?(?:=DEFAULT)?(?:,(?:GAP\))?|\))".replace(b"GAP", _GAP)
    .replace(b"ANNOTATION", _until(b",=:"))
    .replace(b"DEFAULT", _until(b","))
)
_RETURN = re.compile(rb"%b->(%b):" % (_GAP, _until(b":")))
_VARIABLE = re.compile(
    rb"(?!(?:else|try|finally)\b)\w[\w.]*[ \t]*:(?!=)(%b)(?=[=\n]|\Z)" % _until(b"=\n")
)
_LINE_END = re.compile(rb"\n")


def annotation_ranges(lexed: Lexed, start: int, end: int) -> list[Annotation] | None:
    """The annotations of the logical line `start..end`; None where it takes a parse to tell.

    Text that belongs to no annotation (a default, an assigned value) is not looked into.
    """
    code = lexed.code
    header = _DEF.match(code, start, end)
    if header is not None:
        return _of_header(code, header.end(), end)
    variable = _VARIABLE.match(code, start, end)
    return None if variable is None else [_trimmed(code, *variable.span(1), "variable")]


def _of_header(code: bytes, start: int, end: int) -> list[Annotation] | None:
    if code.find(b"lambda", start, end) >= 0:
        return None  # its colon is no annotation's
    found: list[Annotation] = []
    position = start
    parameter = _PARAMETER.match(code, position, end)
    while parameter is not None:
        position = parameter.end()
        if parameter.start("annotation") >= 0:
            found.append(_trimmed(code, *parameter.span("annotation"), "parameter"))
        if code[position - 1] == 0x29:
            returned = _RETURN.match(code, position, end)
            if returned is not None:
                found.append(_trimmed(code, *returned.span(1), "return"))
            return found
        parameter = _PARAMETER.match(code, position, end)
    return None


def _trimmed(code: bytes, start: int, end: int, role: str) -> Annotation:
    text = code[start:end].strip()
    start = code.find(text, start)
    return start, start + len(text), role


@lru_cache(maxsize=4096)
def parse_expression(text: bytes) -> tuple[ast.expr, tuple[int, ...]] | None:
    """An expression parsed on its own, and the offset of each of its lines; None if it fails.

    Offsets are relative to the text; that of the first line allows for the added parenthesis.
    The tree is shared by all who ask for the same text, and must not be changed.
    """
    try:
        expression = ast.parse(b"(" + text + b"\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return expression, (-1, *(match.end() for match in _LINE_END.finditer(text)))
