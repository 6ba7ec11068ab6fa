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

_SUSPECTS = tuple(
    # Each starts with a literal, which lets `re` search at the speed of memory.
    re.compile(pattern)
    for pattern in (
        rb"<<<<<<< ",
        rb">>>>>>> ",
        rb"print[ \t]+[\"']",
        rb"\nprint[ \t]+\w",
        rb"except[ \t][^:(#\n\"']*,[^:\n]*:",
        rb"raise[ \t]+[\w.]+[ \t]*,",
        rb"\ntype[ \t]+\w+[^\n=]*=",
        rb"def[ \t]+\w+\[",
        rb"class[ \t]+\w+\[",
        rb"=[ \t]*\r?\n(?=\r?\n)",
    )
)
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
    view = module.view
    if any(pattern.search(view) for pattern in _SUSPECTS):
        return True
    code = _without_strings(module)
    return (
        b'"' in code
        or b"'" in code
        or any(code.count(pair[:1]) != code.count(pair[1:]) for pair in _BRACKETS)
    )


def _without_strings(module: Module) -> bytes:
    pieces, position = [], 0
    for start, end in sorted(module.lexed.strings + module.lexed.comments):
        pieces.append(module.view[position:start])
        position = end
    pieces.append(module.view[position:])
    return b"".join(pieces)
