"""Retries inside an HTTP client: `urllib3.Retry`, `HTTPAdapter(max_retries=…)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.domains.retries.syntax import called
from lever_fix.knowledge.retry_facts import ADAPTERS, CLIENT_RETRIES
from lever_fix.semantics.module import Module


def client_retries(module: Module) -> Iterator[ast.Call]:
    """The calls of a file that make an HTTP client retry by itself."""
    if b"Retry" not in module.view and b"max_retries" not in module.view:
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(module, node)
        if name in CLIENT_RETRIES or (name in ADAPTERS and _is_counted(node)):
            yield node


def _is_counted(node: ast.Call) -> bool:
    """Whether an adapter is given a plain number of retries."""
    given = {one.arg: one.value for one in node.keywords}
    value = given.get("max_retries")
    return isinstance(value, ast.Constant) and isinstance(value.value, int) and value.value > 0
