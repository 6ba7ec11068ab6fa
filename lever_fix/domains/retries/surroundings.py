"""The function around a retry loop: what it reads, and what is there for the loop alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.retries.clock import still_told
from lever_fix.domains.retries.delays import STATE
from lever_fix.domains.retries.heads import start_of
from lever_fix.domains.retries.model import FunctionNode, NotRewritableError, RetryLoop
from lever_fix.domains.retries.syntax import block_of, loaded, own, stored
from lever_fix.knowledge.retry_facts import NAMES
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import Scope, scopes

Around = FunctionNode | ast.Module

_SPELLED = frozenset({"AsyncRetrying", "RetryCallState", "Retrying", "TryAgain", "retry"}) | NAMES


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The place of a retry loop.

    Attributes:
        module: The module.
        function: The function around it.
        whole: True where the loop and what belongs to it is all that the function does.
        block: The statements of the function, its docstring left out.
        following: What stands behind the loop in its block.
        nested: True where the loop stands in another statement of the function.
        names: Every name that the function reads or binds.
        local: Names bound in it and in the functions around it.
        obsolete: Assignments in front of the loop that nothing else needs.
        carried: True where one attempt hands a variable on to the next.
        attempt: The name for an attempt.
        taken: Names of tenacity that mean something else here.
        qualified: True where the file says `import tenacity`.
    """

    module: Module
    function: Around
    whole: bool
    block: tuple[ast.stmt, ...]
    following: tuple[ast.stmt, ...]
    nested: bool
    names: frozenset[str]
    local: frozenset[str]
    obsolete: tuple[ast.stmt, ...]
    carried: bool
    attempt: str
    taken: frozenset[str]
    qualified: bool

    def is_fixed(self, name: str) -> bool:
        """Whether a name means the same when the function is defined and when it is called."""
        known = scopes(self.module)
        bindings = known.bindings_in(known.top, name)
        if not bindings:
            return True
        line = getattr(self.function, "lineno", 0)
        once = len(bindings) == 1 or all(one.kind == "import" for one in bindings)
        return once and all(one.statement.lineno < line for one in bindings)

    def is_dynamic(self, text: str) -> bool:
        """Whether an argument may be another value with every call of the function."""
        tree = ast.parse(text.partition("=")[2], mode="eval").body
        if isinstance(tree, ast.Lambda):
            return False
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                return True
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                if name not in NAMES | {"len", "map"}:
                    return True
        return False


def surroundings_of(module: Module, retry: RetryLoop) -> Surroundings:
    """What stands around a retry loop.

    Raises:
        NotRewritableError: It stands where it cannot be rewritten.
    """
    function: Around = retry.function or module.tree
    block = block_of(module, retry.loop)
    at = next(i for i, one in enumerate(block) if one is retry.loop)
    obsolete = tuple(_obsolete(module, function, retry))
    body = [one for one in function.body if not _is_docstring(function, one)]
    nested = not any(one is retry.loop for one in function.body)
    index = next((i for i, one in enumerate(body) if one is retry.loop), 0)
    before = [one for one in body[:index] if not any(one is gone for gone in obsolete)]
    names = frozenset(loaded([function]) | stored(function.body) | _parameters(function))
    taken, qualified = _spelling(module, function, retry)
    if STATE in names:
        raise NotRewritableError("name-taken", f"`{STATE}` means something else here")
    return Surroundings(
        module=module,
        function=function,
        whole=not (nested or before or function is module.tree or _is_generator(function)),
        block=tuple(body),
        following=tuple(block[at + 1 :]),
        nested=nested,
        names=names,
        local=frozenset(_locals(module, function)),
        obsolete=obsolete,
        carried=bool(stored(retry.attempt.body) & _parameters(function)),
        attempt=_attempt_name(retry, names),
        taken=taken,
        qualified=qualified,
    )


def _is_docstring(function: Around, statement: ast.stmt) -> bool:
    return (
        statement is function.body[0]
        and isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_generator(function: Around) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own(function.body))


def _parameters(function: Around) -> set[str]:
    if isinstance(function, ast.Module):
        return set()
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return {one.arg for one in every if one}


def _locals(module: Module, function: Around) -> Iterator[str]:
    """Names bound in the function and in the functions around it."""
    scope: Scope | None = _own_scope(module, function)
    while scope is not None and scope.kind != "module":
        yield from scope.names
        scope = scope.parent


def _own_scope(module: Module, function: Around) -> Scope | None:
    known = scopes(module)
    return known.top if isinstance(function, ast.Module) else known.own_scope(function)


def _obsolete(module: Module, function: Around, retry: RetryLoop) -> list[ast.stmt]:
    """Assignments in front of the loop that only the loop's own counting needs."""
    alone: dict[ast.stmt, set[str]] = {}
    deadline = {retry.head.deadline.name} if retry.head.deadline else set()
    deadline -= still_told(retry.clauses)
    for name in sorted({*retry.head.counters, *retry.head.accumulators, *retry.stored, *deadline}):
        origin = start_of(module, retry.loop, name)
        if origin is None or origin.statement is None:
            continue
        if name in retry.stored or not _used_elsewhere(function, retry, name, origin.statement):
            alone.setdefault(origin.statement, set()).add(name)
    return [one for one, names in alone.items() if stored([one]) == names]


def _used_elsewhere(function: Around, retry: RetryLoop, name: str, statement: ast.stmt) -> bool:
    """Whether a variable is used beside the loop and the assignment that starts it."""
    loop = retry.loop
    inside: list[ast.AST] = [*loop.body, *loop.orelse, statement]
    inside.append(loop.test if isinstance(loop, ast.While) else loop.target)
    mine = {id(node) for start in inside for node in ast.walk(start)}
    return any(
        isinstance(node, ast.Name) and node.id == name and id(node) not in mine
        for node in ast.walk(function)
    )


def _attempt_name(retry: RetryLoop, names: frozenset[str]) -> str:
    free = names - retry.head.counters.keys()
    for name in ("attempt", "retry_attempt", "one_attempt"):
        if name not in free:
            return name
    raise NotRewritableError("name-taken", "there is no name left for an attempt")


def _spelling(module: Module, function: Around, retry: RetryLoop) -> tuple[frozenset[str], bool]:
    """Names of tenacity that mean something else, and whether the file imports it whole.

    Raises:
        NotRewritableError: `tenacity` itself means something else.
    """
    known = scopes(module)
    scope: Scope | None = _own_scope(module, function)
    taken: set[str] = set()
    imported = whole = False
    while scope is not None:
        for name in {*_SPELLED, "tenacity"} & scope.names.keys() - retry.head.counters.keys():
            for binding in known.bindings_in(scope, name):
                statement = binding.statement
                if isinstance(statement, ast.ImportFrom) and statement.module == "tenacity":
                    imported = True
                elif name == "tenacity" and isinstance(statement, ast.Import):
                    whole = scope is known.top
                elif name == "tenacity":
                    raise NotRewritableError("name-taken", "`tenacity` means something else here")
                else:
                    taken.add(name)
        scope = scope.parent
    return frozenset(taken), whole and not imported
