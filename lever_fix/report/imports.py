"""Import statements as a reader knows them, for reports of what a fix adds and drops."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable

from lever_fix.model import Finding, Import
from lever_fix.sources import SourceFile

_STATEMENT = re.compile(
    r"^[ \t]*(?:from[ \t]+[\w.]+[ \t]+import[ \t]*(?:\((?:[^)#]|#[^\n]*)*\)|(?:\\\r?\n|[^\n])*)"
    r"|import[ \t](?:\\\r?\n|[^\n])*)",
    re.MULTILINE,
)


def statement(wanted: Import) -> str:
    """The statement that imports one name: `from typing import Optional as Opt`."""
    alias = f" as {wanted.alias}" if wanted.alias else ""
    if not wanted.name:
        return f"import {wanted.module}{alias}"
    return f"from {wanted.module} import {wanted.name}{alias}"


def imported(source: SourceFile) -> dict[str, str]:
    """The statement that binds each imported name of a file, one name a statement."""
    found: dict[str, str] = {}
    for match in _STATEMENT.finditer(source.view.decode("utf-8", "replace")):
        try:
            nodes = ast.parse(textwrap.dedent(match.group())).body
        except (SyntaxError, ValueError):
            continue  # prose in a docstring
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                found |= {name.bound: statement(name) for name in _names(node)}
    return found


def _names(node: ast.Import | ast.ImportFrom) -> list[Import]:
    if isinstance(node, ast.Import):
        return [Import(alias.name, alias=alias.asname or "") for alias in node.names]
    module = "." * node.level + (node.module or "")
    return [Import(module, alias.name, alias.asname or "") for alias in node.names]


def added(finding: Finding) -> list[str]:
    """The imports a finding's fix asks for, as statements, in all its files."""
    needs = finding.fix.needs if finding.fix else ()
    wanted = [name for need in needs for name in need.imports]
    wanted += [name for need in needs for define in need.definitions for name in define.imports]
    wanted += [move.target for need in needs for move in need.moved]
    return sorted({statement(name) for name in wanted})


def dropped(finding: Finding, bindings: Callable[[str], dict[str, str]]) -> list[str]:
    """The imports a finding's fix may leave unused, as statements, in all its files.

    Args:
        finding: The finding.
        bindings: `imported` of a path's file.
    """
    needs = finding.fix.needs if finding.fix else ()
    gone = {bindings(need.path).get(name, name) for need in needs for name in need.freed}
    gone |= {statement(move.source) for need in needs for move in need.moved}
    return sorted(gone)
