"""What a database statement does, by how it is built."""

from __future__ import annotations

import ast
import re

from lever_fix.domains.effects.model import Frame
from lever_fix.knowledge.effects import STATEMENTS
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

_READING = re.compile(r"\s*(?:--[^\n]*\n\s*)*\(?\s*(?:select|with|values|show|explain)\b", re.I)
_CHANGING = re.compile(
    r"\b(?:insert|update|delete|merge|create|drop|alter|nextval|setval|lock)\b|\bfor\s+(?:no\s+key"
    r"\s+)?(?:update|share)\b",
    re.I,
)
_DEEPEST = 5


def statement_effect(frame: Frame, node: ast.expr | None, depth: int = _DEEPEST) -> str:
    """`read database`, `write database`, or nothing where that cannot be told."""
    if node is None or depth == 0:
        return ""
    match node:
        case ast.Constant(value=str(text)):
            return _of_text(text)
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            whole = "".join(
                part.value
                for part in node.values
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            return _of_text(whole) if text.strip() else ""
        case ast.Name():
            return _of_name(frame, node, depth)
        case ast.Call(func=ast.Name() | ast.Attribute()):
            return _of_call(frame, node, depth)
        case ast.IfExp(body=body, orelse=orelse):
            return _worst(statement_effect(frame, one, depth - 1) for one in (body, orelse))
    return ""


def _of_text(text: str) -> str:
    if _READING.match(text) and not _CHANGING.search(text):
        return "read database"
    return "write database"


def _of_call(frame: Frame, node: ast.Call, depth: int) -> str:
    """`select(...)`, `text("...")`, or a method of what these return."""
    name = qualified_name(frame.module, node.func)
    if name is not None and name.startswith(("sqlalchemy.", "sqlmodel.")):
        last = name.rpartition(".")[2]
        if last == "text":
            return statement_effect(frame, node.args[0] if node.args else None, depth - 1)
        return "read database" if last in STATEMENTS else "write database"
    if isinstance(node.func, ast.Attribute):
        if node.func.attr == "with_for_update":
            return "write database"
        return statement_effect(frame, node.func.value, depth)
    return ""


def _of_name(frame: Frame, node: ast.Name, depth: int) -> str:
    """A name: every value it may have, also built on itself (`query = query.where(...)`)."""
    found: list[str] = []
    for binding in scopes(frame.module).bindings(node):
        statement = binding.statement
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            return ""
        if binding.node not in (
            *getattr(statement, "targets", ()),
            getattr(statement, "target", 0),
        ):
            return ""
        if _base(statement.value) == node.id:
            if "with_for_update" in ast.unparse(statement.value):
                return "write database"
            continue
        found.append(statement_effect(frame, statement.value, depth - 1))
    return _worst(found)


def _base(node: ast.expr) -> str:
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _worst(effects: object) -> str:
    every = list(effects)  # type: ignore[call-overload]
    if not every or "" in every:
        return ""
    return "write database" if "write database" in every else "read database"
