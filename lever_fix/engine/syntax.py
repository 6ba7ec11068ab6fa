"""Files that cannot be applied to are reported while they are checked, at a price worth paying.

Codemods parse only the statements they look at, so a file can hold findings and a syntax error
elsewhere. To parse every file that has findings would cost as much as the analysis itself; what
breaks real files (an unclosed bracket or string, a merge conflict, Python 2, syntax newer than
the interpreter) shows in the text, and only files that show it are parsed.
"""

from __future__ import annotations

import re

from lever_fix.errors import SourceError
from lever_fix.semantics.module import Module, parse

_SUSPECT_BYTES = (b"<<<<<<< ", b">>>>>>> ", b"=\n\n", b"=\r\n\r\n")
_SUSPECTS = tuple(
    # Each starts with a literal, which lets `re` search at the speed of memory.
    re.compile(pattern)
    for pattern in (
        rb"print[ \t]+[\"']",
        rb"\nprint[ \t]+\w",
        rb"except[ \t][^:(#\n\"']*,[^:\n]*:",
        rb"raise[ \t]+[\w.]+[ \t]*,",
        rb"\ntype[ \t]+\w+[^\n=]*=",
        rb"def[ \t]+\w+\[",
        rb"class[ \t]+\w+\[",
        rb"= [ \t]*\r?\n(?=\r?\n)",
        rb"=\t[ \t]*\r?\n(?=\r?\n)",
    )
)
_NO_BRACKET = bytes(set(range(256)) - set(b"()[]{}"))
_BRACKETS = (b"()", b"[]", b"{}")


def syntax_error_in(module: Module) -> SourceError | None:
    """The syntax error of a file that looks as if it had one."""
    if not _is_suspect(module):
        return None
    try:
        parse(module.path, module.text)
    except SourceError as error:
        return error
    return None


def _is_suspect(module: Module) -> bool:
    view, lexed = module.view, module.lexed
    if any(word in view for word in _SUSPECT_BYTES):
        return True
    if any(pattern.search(view) for pattern in _SUSPECTS):
        return True
    brackets = lexed.code.translate(None, _NO_BRACKET)
    return lexed.has_stray_quote or any(
        brackets.count(pair[:1]) != brackets.count(pair[1:]) for pair in _BRACKETS
    )
