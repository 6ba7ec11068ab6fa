"""Helpers that a fix relies on, inserted once per file however many findings need them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lever_fix.model import Definition, Edit
from lever_fix.rewrite.import_blocks import spaced, top_of_file
from lever_fix.rewrite.splices import splice
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile

_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MAY_IMPORT = (ast.Import, ast.ImportFrom, ast.If, ast.Try)


@dataclass(frozen=True)
class Inserted:
    """A text with definitions.

    Attributes:
        text: The new text.
        taken: Names of definitions left out, because the file binds the name to something else.
        edits: What was inserted, as edits of the old text.
    """

    text: bytes
    taken: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


def insert_definitions(text: bytes, path: str, definitions: Iterable[Definition]) -> Inserted:
    """Insert definitions below the imports and above their first use.

    One that is there already, with the same code in whatever layout, is not inserted again.

    Raises:
        SourceError: The text does not parse.
    """
    module = Module(SourceFile(path, text, ""))
    wanted: dict[str, Definition] = {}
    taken: list[str] = []
    for definition in dict.fromkeys(definitions):
        name = definition.name
        if name in wanted or name in taken or _is_other_code(module.tree, definition):
            taken += [name] if name not in taken else []
        elif not _is_bound(module.tree, name):
            wanted[name] = definition
    if not wanted:
        return Inserted(text, tuple(taken))
    code = "\n\n\n".join(definition.code.strip("\n") for definition in wanted.values())
    code = code.replace("\n", module.source.newline)
    edit = spaced(module, _place(module, set(wanted)), code, 2)
    return Inserted(splice(text, [edit]), tuple(taken), (edit,))


def _is_bound(tree: ast.Module, name: str) -> bool:
    return any(bound == name for bound in _bound(tree.body))


def _is_other_code(tree: ast.Module, definition: Definition) -> bool:
    """True where the file binds the name, and not by this very definition alone."""
    if list(_bound(tree.body)).count(definition.name) == 0:
        return False
    own = ast.dump(ast.parse(definition.code))
    same = [ast.dump(ast.Module([node], [])) == own for node in tree.body]
    return not (any(same) and list(_bound(tree.body)).count(definition.name) == 1)


def _bound(body: Iterable[ast.AST]) -> Iterator[str]:
    """Every name that module-level code binds, as often as it does."""
    for node in body:
        if isinstance(node, _DEFINES):
            yield node.name
            continue
        if isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        if not isinstance(node, ast.Lambda):
            yield from _bound(ast.iter_child_nodes(node))


def _place(module: Module, names: set[str]) -> int:
    """Offset of the line below the imports that stand above any definition and any use."""
    place = top_of_file(module)
    starts = module.source.line_starts
    for node in module.tree.body:
        if isinstance(node, _DEFINES) or any(
            isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node)
        ):
            break
        if isinstance(node, _MAY_IMPORT) and any(
            isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)
        ):
            line = node.end_lineno or node.lineno
            place = starts[line] if line < len(starts) else len(module.text)
    return place
