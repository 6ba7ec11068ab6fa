"""Who evaluates an annotation: the interpreter, a library, or nobody."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from lever_fix.domains.positions import dotted
from lever_fix.domains.typing_uses import Use
from lever_fix.semantics.imports import future_annotations
from lever_fix.semantics.lexical import Block
from lever_fix.semantics.module import Module

_READERS = (
    b"fastapi", b"pydantic", b"typer", b"sqlalchemy", b"sqlmodel", b"strawberry", b"cyclopts",
    b"attrs", b"msgspec", b"injector", b"get_type_hints", b"celery", b"litestar", b"dacite",
)  # fmt: skip
"""Libraries that evaluate annotations of functions and classes, however they are quoted."""

STRINGS_FROM = (3, 11)
"""The first Python whose `get_type_hints` resolves the string in `list["X"]`."""

_HARMLESS = frozenset(
    "staticmethod classmethod property abstractmethod override final overload cache lru_cache "
    "cached_property contextmanager asynccontextmanager wraps no_type_check setter getter deleter "
    "fixture".split()
)
"""Decorators that never look at annotations."""


@dataclass(frozen=True)
class Reach:
    """What an annotation's evaluation means for newer syntax in it.

    Attributes:
        blocked: Why it must stay; empty where it need not.
        doubts: Why it may have to stay.
    """

    blocked: str = ""
    doubts: tuple[str, ...] = ()


def evaluation(
    module: Module, use: Use, *, since: tuple[int, int], target: tuple[int, int]
) -> Reach:
    """Whether syntax that works at run time only `since` a version may stand at a use.

    Args:
        module: The module of the use.
        use: The use.
        since: The first Python version that can evaluate the new form.
        target: The lowest version the code must run on.
    """
    if target >= since:
        return Reach()
    old = "Python {}.{}".format(*target)
    if not use.place.annotation:
        return Reach(f"evaluated at run time, which {old} cannot do")
    if never_evaluated(module, use):
        return Reach()
    if not (future_annotations(module) or use.place.quoted):
        return Reach(
            f"evaluated at run time, which {old} cannot do;"
            " `from __future__ import annotations` would defer it"
        )
    return _deferred(module, use, old)


def never_evaluated(module: Module, use: Use) -> bool:
    """True in the annotation of a local variable, which the interpreter never looks at."""
    block = module.lexed.block_at(use.offset) if use.place.role == "variable" else None
    return block is not None and not block.is_class


def reader(module: Module, use: Use) -> str:
    """Who may evaluate an annotation besides the interpreter, in words; empty if no one is seen.

    What says so is a decorator, a base class, or a library that is known to and is named in the
    module.
    """
    if never_evaluated(module, use):
        return ""
    if use.place.role == "variable":
        return _reader_of_variable(module, module.lexed.block_at(use.offset))
    for name in decorators(module, use.offset):
        if name.rpartition(".")[2] not in _HARMLESS:
            return f"`@{name or '...'}`"
    library = next((name.decode() for name in _READERS if name in module.view), None)
    return f"`{library}`" if library else ""


def _reader_of_variable(module: Module, block: Block | None) -> str:
    if block is None:
        return ""
    header = module.statement_at(block.start).nodes[0]
    if (
        isinstance(header, ast.ClassDef)
        and not header.bases
        and not decorators(module, block.start)
    ):
        return ""
    return f"a base or decorator of `{block.name}`"


def _deferred(module: Module, use: Use, old: str) -> Reach:
    """What evaluates an annotation that the interpreter itself does not."""
    who = reader(module, use)
    if not who:
        return Reach()
    if use.place.role == "variable" or who.startswith("`@"):
        return Reach(f"{who} may evaluate it, which {old} cannot do")
    return Reach("", (f"{who} may evaluate this signature at run time, which {old} cannot do",))


def decorators(module: Module, header: int) -> list[str]:
    """Dotted names of the decorators above the `def` or `class` at an offset, topmost first."""
    found: list[str] = []
    start = module.lexed.statement_at(header)[0]
    while start > 0:
        line = module.view.rfind(b"\n", 0, start)
        if line <= 0:
            break
        above = module.lexed.statement_at(
            line - 1 if module.view[line - 1 : line] == b"\r" else line
        )[0]
        if above >= start or module.view[above : above + 1] != b"@":
            break
        node = module.statement_at(above).nodes[0]
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                func = decorator.func if isinstance(decorator, ast.Call) else decorator
                found.insert(0, dotted(func))
        start = above
    return found
