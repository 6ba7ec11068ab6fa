"""May an `await` be added here? One answer for every rewrite that adds one.

Where a function awaits, other tasks run. Code that never gave way before may rely on that: on a
value that it has read and will write, on a lock that it holds, on a loop that has no tasks at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.codemod import Module, Project, Safety
from lever_fix.domains.carried_state import called, carried, own_nodes
from lever_fix.domains.positions import dotted
from lever_fix.semantics.scopes import FunctionNode, scopes

FOREIGN_LOOPS = frozenset({"anyio", "asyncer", "curio", "trio", "trio_asyncio", "twisted"})
"""Packages whose functions may run, or always run, on another loop than asyncio's."""

_LOCK_WORDS = ("lock", "mutex", "semaphore", "condition", "guard", "critical")
_HARMLESS = frozenset(
    """
    AsyncExitStack Client ExitStack NamedTemporaryFile Path ProcessPoolExecutor Progress Session
    SpooledTemporaryFile TemporaryDirectory TemporaryFile ThreadPoolExecutor Timer ZipFile closing
    memoryview nullcontext open raises span start_as_current_span start_span subTest suppress
    tarfile timer tqdm trace urlopen warns
    """.split()
)
"""Last names of what may stay entered while other tasks run: it is the function's own."""
_SWALLOWS = frozenset({"BaseException", "CancelledError"})


def added_await(
    module: Module, project: Project, function: FunctionNode, at: ast.AST
) -> tuple[Safety, tuple[str, ...]]:
    """Whether an `await` may be added in a function, and what speaks against it.

    Args:
        module: The module of the function.
        project: The settings in force and the index.
        function: The function, which is or becomes an `async def`.
        at: The expression or statement that will be awaited, anywhere inside the function.

    Returns:
        `safe` without reasons, or `unsafe` with them.
    """
    reasons = dict.fromkeys(_reasons(module, function, at))
    return (Safety.UNSAFE, tuple(reasons)) if reasons else (Safety.SAFE, ())


def _reasons(module: Module, function: FunctionNode, at: ast.AST) -> Iterator[str]:
    yield from _other_loops(module, function)
    yield from _held(module, function, at)
    yield from _locked_by_hand(function, at)
    yield from _swallowed(module, function, at)
    yield from carried(module, function, at)
    if not _gives_way(module, function, at):
        yield from _callers_reasons(module, function)


def _gives_way(module: Module, function: FunctionNode, at: ast.AST) -> bool:
    """Whether the function gives way to other tasks already."""
    return any(
        isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)
        for node in own_nodes(function)
        if node is not scopes(module).parent(at)
    )


def _callers_reasons(module: Module, function: FunctionNode) -> Iterator[str]:
    """What speaks against it in functions of the module that wait for this one.

    They awaited what never gave way, so other tasks never ran there either.
    """
    pending, seen = [function], {function}
    while pending:
        current = pending.pop()
        for caller, call in _awaiting(module, current):
            for reason in (*_held(module, caller, call), *carried(module, caller, call)):
                yield f"in `{caller.name}`, which awaits this: {reason}"
            if caller not in seen and not _gives_way(module, caller, call):
                seen.add(caller)
                pending.append(caller)


def _awaiting(module: Module, function: FunctionNode) -> Iterator[tuple[FunctionNode, ast.Call]]:
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Await) and isinstance(node.value, ast.Call)):
            continue
        caller = scopes(module).function_of(node)
        if not isinstance(caller, FunctionNode) or caller is function:
            continue
        if called(module, caller, node.value) is function:
            yield caller, node.value


def _other_loops(module: Module, function: FunctionNode) -> Iterator[str]:
    """The loops other than asyncio's that the module knows of."""
    for name in sorted(FOREIGN_LOOPS & _imported_packages(module)):
        yield f"`{name}` is imported here, so the function may not run under asyncio"
    for decorator in function.decorator_list:
        last = dotted(decorator).rpartition(".")[2]
        if last in FOREIGN_LOOPS:
            yield f"`@{dotted(decorator)}` may run the function on another loop than asyncio's"


def _imported_packages(module: Module) -> frozenset[str]:
    found: frozenset[str] | None = module.memo.get("imported-packages")
    if found is None:
        names: set[str] = set()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
        found = module.memo["imported-packages"] = frozenset(names)
    return found


def _held(module: Module, function: FunctionNode, at: ast.AST) -> Iterator[str]:
    """The plain `with` blocks around the place that may hold something other tasks want."""
    for node in _around(module, function, at):
        if not isinstance(node, ast.With):
            continue
        for item in node.items:
            name = _callee(item.context_expr)
            last = name.rpartition(".")[2]
            shown = name or "..."
            if any(word in last.lower() for word in _LOCK_WORDS):
                yield f"`with {shown}` holds a lock across the new `await`; other tasks would block"
            elif last not in _HARMLESS:
                yield (
                    f"`with {shown}` stays entered across the new `await`,"
                    " while other tasks run in it"
                )


def _callee(node: ast.expr) -> str:
    """The dotted name of a context manager or of what makes it."""
    return dotted(node.func if isinstance(node, ast.Call) else node)


def _locked_by_hand(function: FunctionNode, at: ast.AST) -> Iterator[str]:
    """Locks acquired before the place and released behind it, without a `with`."""
    awaited = {node.value for node in ast.walk(function) if isinstance(node, ast.Await)}
    place = _position(at)
    calls = [
        (node.func.attr, dotted(node.func.value), _position(node))
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node not in awaited
    ]
    for method, lock, position in calls:
        released = ("release", lock)
        if method == "acquire" and position < place:
            later = any(call[:2] == released and call[2] > place for call in calls)
            if later or not any(call[:2] == released for call in calls):
                yield f"`{lock}` is acquired before the new `await` and held across it"


def _swallowed(module: Module, function: FunctionNode, at: ast.AST) -> Iterator[str]:
    """Handlers that would take a cancellation, which only an `await` can raise, for an error."""
    below = at
    for node in _around(module, function, at):
        if isinstance(node, ast.Try | ast.TryStar) and below in node.body:
            for handler in node.handlers:
                if _catches_cancellation(handler) and not _raises(handler):
                    yield "the handler around it would swallow a cancellation of the new `await`"
        below = node


def _catches_cancellation(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(dotted(kind).rpartition(".")[2] in _SWALLOWS for kind in kinds)


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def _around(module: Module, function: FunctionNode, at: ast.AST) -> Iterator[ast.AST]:
    """The nodes around a place, innermost first, up to its function."""
    for node in scopes(module).ancestors(at):
        if node is function:
            return
        yield node


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
