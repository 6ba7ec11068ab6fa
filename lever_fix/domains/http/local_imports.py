"""Imports inside a function, to keep the start of a program fast: aiohttp's go there, too."""

from __future__ import annotations

import ast

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.places import suite_of
from lever_fix.domains.http.sites import Study
from lever_fix.knowledge.http_libraries import REQUESTS
from lever_fix.semantics.scopes import scopes


def import_in_place(draft: Draft, found: Study) -> bool:
    """Write `import requests` in a function as `import aiohttp`, where nothing comes before it.

    All that a function has of the library is rewritten with it, so the name is free.
    """
    own = [one for one in ast.walk(found.function) if isinstance(one, ast.Import | ast.ImportFrom)]
    named = [one for one in own if _is_of(one, found.library.name)]
    if len(named) != 1 or not isinstance(named[0], ast.Import) or found.types:
        return False
    statement = named[0]
    if [one.asname or one.name for one in statement.names] != [REQUESTS.name]:
        return False
    if REQUESTS.name in scopes(draft.module).top.names:
        return False  # the imports of the file say it all, and this one goes
    span, function = draft.module.span(statement), draft.module.span(found.function)
    end = draft.module.span(suite_of(draft.module, statement)[-1]).end
    written = [(one.start, one.text) for one in draft.edits]
    written += [(one.start, one.header) for one in draft.wraps]
    for at, text in written:
        inside = function.start <= at < function.end and "aiohttp" in text
        if inside and not span.end <= at <= end:
            return False
    draft.replace(span, "import aiohttp")
    return True


def _is_of(statement: ast.Import | ast.ImportFrom, library: str) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").partition(".")[0] == library
    return any(one.name.partition(".")[0] == library for one in statement.names)
