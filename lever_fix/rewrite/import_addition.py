"""Names brought in: joined to a statement that imports from the module, or in a new one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from msgspec import structs

from lever_fix.model import Edit, Import
from lever_fix.rewrite.import_blocks import clusters, first_in_suite, inserted
from lever_fix.rewrite.import_layout import Change, changed, exploded
from lever_fix.rewrite.import_order import NewStatement, Style, name_place, sorted_names
from lever_fix.rewrite.import_statements import (
    Guard,
    ImportStatement,
    guard_of,
    indentation,
)
from lever_fix.semantics.module import Module

_TYPE_CHECKING = re.compile(
    rb"^if[ \t]+(?:\w+\.)?TYPE_CHECKING[ \t]*:[ \t]*(?:\#[^\r\n]*)?\r?$", re.MULTILINE
)


_FLUSH_LEFT = re.compile(rb"\n[^\s#)\]}\"']")
_TYPING = ("typing", "typing_extensions")
"""What has the names of `collections.abc`, too: a file that uses these need not use both."""


def provides(statement: ImportStatement, need: Import) -> bool:
    """True where the statement binds what is needed under the name it is needed by."""
    if need.name:
        return statement.module == need.module and any(
            (item.name, item.bound) == (need.name, need.bound) for item in statement.names
        )
    return not statement.module and any(
        item.alias == need.alias
        and (item.name == need.module or (not item.alias and _is_below(item.name, need.module)))
        for item in statement.names
    )


def answers(statement: ImportStatement, need: Import) -> bool:
    """True where nothing has to be added for what is needed."""
    if provides(statement, need):
        return True
    from_abc = need.module == "collections.abc"
    return from_abc and any(
        provides(statement, structs.replace(need, module=one)) for one in _TYPING
    )


def imported_text(need: Import) -> str:
    """What stands behind `import` for it: `name`, or `name as alias`."""
    name = need.name or need.module
    return f"{name} as {need.alias}" if need.alias and need.alias != name else name


def with_guard(
    module: Module, statements: Iterable[ImportStatement], guard: Guard
) -> list[ImportStatement]:
    """The statements that run under the same condition: at module level, or for a checker."""
    return [
        statement
        for statement in statements
        if _may_have(module.view, statement, guard) and guard_of(module, statement) is guard
    ]


def _may_have(view: bytes, statement: ImportStatement, guard: Guard) -> bool:
    """False where one look tells: most indented imports are local, and far below their `def`."""
    if guard is Guard.MODULE:
        return not indentation(view, statement.line)
    header = view.rfind(b"\nif ", 0, statement.line) + 1
    below = view.find(b"\n", header)
    guarded = b"TYPE_CHECKING" in view[header:below]
    return guarded and not _FLUSH_LEFT.search(view, below, statement.line)


def joined(
    module: Module,
    suite: Sequence[ImportStatement],
    everything: Sequence[ImportStatement],
    need: Import,
    texts: Sequence[str],
    style: Style,
    beside: int = -1,
) -> Edit:
    """The edit that imports names from one module in one suite.

    Args:
        module: The text.
        suite: The import statements of the suite that may be joined or stood beside.
        everything: All import statements of the file: its style is read off them.
        need: One of the imports; names the module, and whether it is `from` it.
        texts: What is imported, aliases included.
        style: The width, and the project's own packages.
        beside: Offset of the statement that the names are taken from, if any.
    """
    if need.name and (statement := _host(suite, everything, need, texts)):
        others = [other for other in everything if other is not statement and other.module]
        names = sorted_names(texts, [statement, *others])
        added = tuple((name_place(text, statement, others), text) for text in names)
        return changed(module, statement, Change(added=added), style.width)
    new = _new_statement(module, everything, need, texts, style.width)
    return inserted(module, clusters(module, suite), replace(new, beside=beside), style)


def _new_statement(
    module: Module,
    everything: Sequence[ImportStatement],
    need: Import,
    texts: Sequence[str],
    width: int,
) -> NewStatement:
    if not need.name:
        return NewStatement(need.module, "", texts[0], f"import {texts[0]}")
    names = sorted_names(texts, [other for other in everything if other.module])
    head = f"from {need.module} import "
    code = head + ", ".join(names)
    if len(code) > width:
        code = exploded(head, names, "", module.source.newline)
    return NewStatement(need.module, need.module, names[0], code)


def empty_type_checking_suite(module: Module, code: str) -> Edit | None:
    """The edit that puts a statement into a module-level `if TYPE_CHECKING:` without imports."""
    for match in _TYPE_CHECKING.finditer(module.view):
        if module.lexed.in_code(match.start()):
            return first_in_suite(module, match.start(), code)
    return None


def _host(
    suite: Sequence[ImportStatement],
    everything: Sequence[ImportStatement],
    need: Import,
    texts: Sequence[str],
) -> ImportStatement | None:
    """The statement that the names can join in the style of the file, if there is one."""
    froms = [other for other in everything if other.module]
    several = [other for other in froms if len(other.names) > 1]
    here = Counter(s.module for s in suite if s.module and not any(n.alias for n in s.names))
    repeated = max(here.values(), default=0) > 1
    if repeated and not several:
        return None  # one name a statement (isort's `force_single_line`)
    combines_aliases = any(item.alias for other in several for item in other.names)
    aliased = any(" as " in text for text in texts)
    for statement in suite:
        if statement.module != need.module or statement.is_star:
            continue
        if combines_aliases or not (aliased or any(item.alias for item in statement.names)):
            return statement
    return None


def _is_below(name: str, package: str) -> bool:
    return name.startswith(f"{package}.")
