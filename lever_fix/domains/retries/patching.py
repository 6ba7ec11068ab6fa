"""What tests replace while they run, and tenacity does not look up where they replace it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from lever_fix.domains.retries.model import RetryLoop
from lever_fix.domains.retries.writer import Rewrite
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import dotted, qualified_name

_UNKNOWN = "*"
_BY_STRING = ("patch", "setattr", "delattr")
_BY_NAME = ("object", "setattr", "delattr")


def patched(module: Module) -> frozenset[str]:
    """Dotted names that a file patches, `*.NAME` where the object is not known."""
    if b"patch" not in module.view:
        return frozenset()
    return frozenset(_patched(module))


def _patched(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = (dotted(node.func) or "").split(".")
        if "patch" not in function[-2:] and function[0] != "monkeypatch":
            continue
        match node.args:
            case [ast.Constant(value=str(target)), *_] if function[-1] in _BY_STRING:
                yield target
            case [owner, ast.Constant(value=str(name)), *_] if function[-1] in _BY_NAME:
                yield f"{qualified_name(module, owner) or _UNKNOWN}.{name}"


def doubts_by(
    module: Module, retry: RetryLoop, rewrite: Rewrite, names: Collection[str]
) -> Iterator[str]:
    """What tests replace in a module that the rewritten retry no longer looks up there."""
    sleepers = {
        one.id
        for clause in retry.clauses
        if clause.delay is not None
        for one in ast.walk(clause.delay.node)
        if isinstance(one, ast.Name)
    } & {"anyio", "asyncio", "sleep", "time"}
    for target in sorted(names):
        owner, _, name = target.rpartition(".")
        if not _is_module(module, owner):
            continue
        if name in sleepers:
            yield f"a test replaces `{target}`, and tenacity sleeps by `time.sleep` all the same"
        elif name in rewrite.fixed:
            yield f"a test replaces `{target}`, which the decorator reads at import"


def _is_module(module: Module, name: str) -> bool:
    return name == _UNKNOWN or name == module.name or module.name.endswith(f".{name}")
