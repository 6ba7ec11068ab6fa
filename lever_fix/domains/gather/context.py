"""What stands around awaits and speaks against running them together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lever_fix.codemod import Module
from lever_fix.domains.effects.model import Frame
from lever_fix.domains.effects.resources import is_lock, last_name, names_lock
from lever_fix.domains.effects.values import held
from lever_fix.domains.paths import is_script, is_test
from lever_fix.domains.positions import dotted
from lever_fix.knowledge.effects import is_known
from lever_fix.knowledge.verbs import words
from lever_fix.semantics.scopes import scopes

_STARTUP = re.compile(
    r"(?:^|_)(?:lifespan|startup|shutdown|bootstrap|teardown|setup|setUp|tearDown|seed|migrate"
    r"|initialize|initialise)(?:$|_)|^(?:init_|asyncSetUp|asyncTearDown|upgrade$|downgrade$)"
)
_OTHER_LOOPS = frozenset({"trio", "anyio", "curio", "twisted"})
_ORDERING = frozenset(
    """
    begin begin_nested cancelscope condition fail_after lock limiter move_on_after mutex nursery
    open_nursery pipeline semaphore task_group taskgroup timeout timeout_at throttle tx
    transaction unit_of_work uow create_task_group advisory_lock rate_limit
    """.split()
)
_PLAIN_SESSIONS = frozenset({"httpx", "aiohttp"})
_CLOSES = frozenset({"close", "aclose", "release", "rollback", "terminate", "disconnect", "stop"})
_LEAVES = (ast.Raise, ast.Return, ast.Continue, ast.Break)
_BROAD = frozenset({"Exception", "BaseException"})


@dataclass(frozen=True)
class Context:
    """What the surroundings of a run say.

    Attributes:
        code: A reason code where nothing may be gathered there; empty otherwise.
        chain: In words, why not.
        reasons: Why a gather there is not safe.
    """

    code: str = ""
    chain: str = ""
    reasons: tuple[str, ...] = ()


def context_of(frame: Frame, statements: Sequence[ast.stmt], targets: frozenset[str]) -> Context:
    """What the surroundings of some statements of one block say.

    Args:
        frame: Their function.
        statements: The statements that would run together.
        targets: The names they bind.
    """
    blocked = next(_blocked(frame, statements, targets), None)
    if blocked is not None:
        return Context(*blocked)
    return Context(reasons=tuple(dict.fromkeys(_doubts(frame, statements[0]))))


def _blocked(
    frame: Frame, statements: Sequence[ast.stmt], targets: frozenset[str]
) -> Iterator[tuple[str, str]]:
    module, function = frame.module, frame.function
    assert isinstance(function, ast.AsyncFunctionDef)
    yield from _by_place(module, frame.symbol.name)
    if scopes(module).own_scope(function) is not None and _yields(function):
        yield "generator", "the function yields: who consumes it may rely on the order"
    below: ast.AST = statements[0]
    for node in _around(module, function, below):
        match node:
            case ast.AsyncFor():
                yield "async-for", "it runs for each item of an asynchronous iterator"
            case ast.With() | ast.AsyncWith():
                yield from _block(frame, node)
            case ast.Try() | ast.TryStar():
                yield from _in_try(module, function, node, below, targets)
            case ast.ExceptHandler():
                yield "cleanup", "it handles an error"
        below = node


def _by_place(module: Module, name: str) -> Iterator[tuple[str, str]]:
    if is_test(module.path):
        yield "test", "tests tell what happened in which order"
    if is_script(module.path):
        yield "script", "migrations and scripts run step by step"
    for part in name.split("."):
        if _STARTUP.search(part):
            yield "startup", f"`{part}` starts or stops something, step by step"
    for node in ast.walk(module.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for one in names:
            if one.partition(".")[0] in _OTHER_LOOPS:
                yield "other-loop", f"`{one}` is imported here: the loop may not be asyncio's"


def _yields(function: ast.AsyncFunctionDef) -> bool:
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
    return False


def _around(module: Module, function: ast.AST, at: ast.AST) -> Iterator[ast.AST]:
    for node in scopes(module).ancestors(at):
        if node is function:
            return
        yield node


def _block(frame: Frame, node: ast.With | ast.AsyncWith) -> Iterator[tuple[str, str]]:
    for item in node.items:
        name = last_name(item.context_expr)
        value = held(frame, item.context_expr)
        ordering = name.lower() in _ORDERING or bool(_ORDERING & set(words(name)))
        ordering = ordering or names_lock(item.context_expr)
        if ordering or any(is_lock(frame.index, owner) for owner in value.classes):
            shown = dotted(_function(item.context_expr)) or name
            yield "ordered-block", f"`with {shown}` is around it, where the order matters"


def _function(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _in_try(
    module: Module,
    function: ast.AST,
    node: ast.Try | ast.TryStar,
    below: ast.AST,
    targets: frozenset[str],
) -> Iterator[tuple[str, str]]:
    if below in node.finalbody:
        yield "cleanup", "it runs in a `finally`"
        return
    if below not in node.body:
        return
    for part in (*node.handlers, *node.finalbody):
        for one in ast.walk(part):
            if isinstance(one, ast.Name) and one.id in targets:
                yield "partial-result", f"a handler uses `{one.id}`, which may be there or not"
    for part in node.finalbody:
        for one in ast.walk(part):
            if isinstance(one, ast.Call) and last_name(one) in _CLOSES:
                yield "closes", "the `finally` around it closes something"
    goes_on = [one for one in node.handlers if not isinstance(one.body[-1], _LEAVES)]
    if goes_on and (name := _used_outside(function, node, targets)):
        yield "partial-result", f"`{name}` is used behind the handler, and may be there or not"


def _used_outside(function: ast.AST, node: ast.AST, targets: frozenset[str]) -> str:
    inside = set(ast.walk(node))
    for one in ast.walk(function):
        if isinstance(one, ast.Name) and one.id in targets and one not in inside:
            return one.id
    return ""


def _doubts(frame: Frame, at: ast.AST) -> Iterator[str]:
    """Why a gather is not safe there."""
    assert frame.function is not None
    below = at
    for node in _around(frame.module, frame.function, at):
        if isinstance(node, ast.Try | ast.TryStar) and below in node.body:
            for handler in node.handlers:
                yield from _specific(handler)
        if isinstance(node, ast.With | ast.AsyncWith):
            yield from _unknown_block(frame, node)
        below = node


def _specific(handler: ast.ExceptHandler) -> Iterator[str]:
    if handler.type is None:
        return
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [ast.unparse(kind) for kind in kinds]
    if not any(name.rpartition(".")[2] in _BROAD for name in names):
        yield (
            f"`except {', '.join(names)}` is around it, and of two errors the first in time counts"
        )


def _unknown_block(frame: Frame, node: ast.With | ast.AsyncWith) -> Iterator[str]:
    for item in node.items:
        value = held(frame, item.context_expr)
        known = value.classes and all(
            isinstance(owner, str) and is_known(owner) for owner in value.classes
        )
        name = last_name(item.context_expr)
        if not known and name not in _HARMLESS:
            shown = dotted(_function(item.context_expr)) or name
            yield f"`with {shown}` is around it, and may be left while one of them still runs"


_HARMLESS = frozenset(
    "closing nullcontext open span start_as_current_span start_span suppress trace timer".split()
)
