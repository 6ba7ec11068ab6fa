"""In what order a file keeps its imports: read off what is there."""

from __future__ import annotations

import itertools
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import PurePosixPath
from typing import Any, TypeVar

from lever_fix.rewrite.import_statements import ImportStatement

Key = tuple[Any, ...]
Item = TypeVar("Item")
_DIGITS = re.compile(r"(\d+)")


class Section(IntEnum):
    """The sections isort and ruff keep apart, in their order."""

    FUTURE = 0
    STDLIB = 1
    THIRD_PARTY = 2
    FIRST_PARTY = 3
    LOCAL = 4


def section_of(module: str, first_party: Collection[str]) -> Section:
    """The section of a module, given the names of the packages that are the project's own."""
    if module.startswith("."):
        return Section.LOCAL
    top = module.partition(".")[0]
    if top == "__future__":
        return Section.FUTURE
    if top in first_party:
        return Section.FIRST_PARTY
    return Section.STDLIB if top in sys.stdlib_module_names else Section.THIRD_PARTY


def package_of(path: str, statements: Iterable[ImportStatement]) -> str:
    """The top-level package of a file, as far as the file itself can tell; else empty.

    The outermost folder that the file imports from; `mlflow/keras/callback.py` may well import
    another `keras` than the folder it stands in.
    """
    folders = PurePosixPath(path).parts[:-1]
    imported = {statement.target.partition(".")[0] for statement in statements}
    return next((folder for folder in folders if folder in imported), *folders[:1] or ("",))


def _natural(text: str) -> Key:
    """Case-blind, with numbers by value: `int8` before `int16`."""
    parts = _DIGITS.split(text.lower())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


def _by_kind(name: str) -> Key:
    """Constants, then classes, then the rest: isort's and ruff's default."""
    constant = len(name) > 1 and name.isupper()
    return (0 if constant else 1 if name[:1].isupper() else 2, _natural(name), name)


def _by_letter(name: str) -> Key:
    return (_natural(name), name)


def _by_codepoint(name: str) -> Key:
    return (name,)


NAME_ORDERS = (_by_kind, _by_letter, _by_codepoint)


def _plain_first(statement: tuple[str, str]) -> Key:
    """`import x` above `from x import y`: isort's and ruff's default."""
    module, origin = statement
    return (bool(origin), _module_key(module), module)


def _by_module(statement: tuple[str, str]) -> Key:
    module, origin = statement
    return (_module_key(module), bool(origin), module)


def _module_key(module: str) -> Key:
    """More dots first among relative modules, as isort and ruff have it."""
    name = module.lstrip(".")
    return (len(name) - len(module), _natural(name))


STATEMENT_ORDERS = (_plain_first, _by_module)


def name_place(name: str, statement: ImportStatement, others: Iterable[ImportStatement]) -> int:
    """Index in the statement's names before which a new name belongs."""
    own = [item.name for item in statement.names]
    key = _shared_order(own, ([n.name for n in other.names] for other in others), NAME_ORDERS)
    return len(own) if key is None else bisect_left([key(item) for item in own], key(name))


def sorted_names(names: Iterable[str], others: Iterable[ImportStatement]) -> list[str]:
    """Texts of new names in the order the file's statements keep."""
    key = _shared_order([], ([n.name for n in other.names] for other in others), NAME_ORDERS)
    return sorted(names, key=key or _by_kind)


@dataclass(frozen=True)
class Style:
    """What the text alone does not tell about its imports.

    Attributes:
        width: Columns a line should keep to.
        first_party: Names of the top-level packages that are the project's own.
    """

    width: int
    first_party: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NewStatement:
    """An import statement that is to be.

    Attributes:
        module: What it is sorted by.
        origin: What follows `from`; empty for `import x`.
        first: Its first name, by which statements about one module are told apart.
        text: Without indentation and final line end.
        beside: Offset of the statement whose names it takes over; -1 where there is none.
    """

    module: str
    origin: str
    first: str
    text: str
    beside: int = -1


def statement_place(
    new: NewStatement,
    run: Sequence[ImportStatement],
    others: Iterable[Sequence[ImportStatement]],
) -> int:
    """Index in a run of statements before which a new statement belongs.

    Args:
        new: The new statement.
        run: Statements of one section, in the order they stand in.
        others: The other runs of the file, to tell one order from another.
    """
    own = [_sortable(statement) for statement in run]
    around = ([_sortable(statement) for statement in other] for other in others)
    order = _shared_order(own, around, STATEMENT_ORDERS)
    if order is None:
        return _unsorted_place(new, run)
    keys, key = [order(item) for item in own], order((new.module, new.origin))
    index, end = bisect_left(keys, key), bisect_right(keys, key)
    while index < end and run[index].names[0].text <= new.first:
        index += 1
    return index


def in_order(run: Sequence[ImportStatement]) -> bool:
    """True where the statements stand in one of the known orders, sections aside."""
    own = [_sortable(statement) for statement in run]
    return any(_is_sorted(own, order) for order in STATEMENT_ORDERS)


def _sortable(statement: ImportStatement) -> tuple[str, str]:
    return statement.target, statement.module


def _unsorted_place(new: NewStatement, run: Sequence[ImportStatement]) -> int:
    """Where its names come from, else behind the last import of the same package, else last."""
    top = new.module.partition(".")[0]
    for index, statement in enumerate(run):
        if statement.start == new.beside:
            return index
    for index in range(len(run), 0, -1):
        if run[index - 1].target.partition(".")[0] == top:
            return index
    return len(run)


def _shared_order(
    own: Sequence[Item],
    others: Iterable[Sequence[Item]],
    orders: Sequence[Callable[[Item], Key]],
) -> Callable[[Item], Key] | None:
    """The order that `own` keeps; among several, the one most of the others keep as well."""
    kept = [order for order in orders if _is_sorted(own, order)]
    if len(kept) < 2:
        return kept[0] if kept else None
    telling = [items for items in others if len(items) > 1]
    return max(kept, key=lambda order: sum(_is_sorted(items, order) for items in telling))


def _is_sorted(items: Sequence[Item], order: Callable[[Item], Key]) -> bool:
    keys = [order(item) for item in items]
    return all(a <= b for a, b in itertools.pairwise(keys))
