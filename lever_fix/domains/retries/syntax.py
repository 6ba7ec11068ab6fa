"""Small questions about statements and names, asked all over the analysis of a loop."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping

from lever_fix.domains.retries.model import FunctionNode, Loop
from lever_fix.knowledge.retry_facts import EXITS, LOG_FUNCTIONS, LOG_METHODS, SLEEPS
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_NAMED = (
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_LOOPS = (ast.For, ast.While, ast.AsyncFor)


def own(nodes: Iterable[ast.AST], *, loops: bool = True) -> Iterator[ast.AST]:
    """The nodes and all below, without what stands in functions and classes of their own.

    Args:
        nodes: Where to start.
        loops: Whether the bodies of inner loops belong to it.
    """
    for node in nodes:
        yield node
        if isinstance(node, _SCOPES) or (isinstance(node, _LOOPS) and not loops):
            continue
        yield from own(ast.iter_child_nodes(node), loops=loops)


def jumps(statements: Iterable[ast.stmt], *kinds: type[ast.stmt]) -> bool:
    """Whether a `break` or `continue` in the statements is one of the loop around them."""
    for node in statements:
        if isinstance(node, kinds):
            return True
        if isinstance(node, _LOOPS):
            if jumps(node.orelse, *kinds):
                return True
        elif not isinstance(node, _SCOPES) and jumps(_inner(node), *kinds):
            return True
    return False


def _inner(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def leaves(module: Module, statements: list[ast.stmt]) -> bool:
    """Whether every way through the statements ends in `return`, `raise` or `break`."""
    for node in statements:
        match node:
            case ast.Return() | ast.Raise() | ast.Break():
                return True
            case ast.Continue():
                return False
            case ast.Expr(value=value) if is_exit(module, value):
                return True
            case ast.If(body=body, orelse=orelse):
                if orelse and leaves(module, body) and leaves(module, orelse):
                    return True
            case ast.With(body=body) | ast.AsyncWith(body=body):
                # A context manager may swallow an exception, never a `return`.
                if leaves(module, body) and not isinstance(body[-1], ast.Raise):
                    return True
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=last):
                if leaves(module, last) or (
                    leaves(module, body + orelse)
                    and all(leaves(module, one.body) for one in handlers)
                ):
                    return True
    return False


def may_leave(statements: Iterable[ast.stmt]) -> bool:
    """Whether some way through the statements leaves the loop without an exception."""
    return any(isinstance(node, ast.Return) for node in own(statements)) or jumps(
        statements, ast.Break
    )


def stored(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the nodes bind, change or delete."""
    names: set[str] = set()
    for node in _own_scope(nodes):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, _NAMED) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
    return names


def _own_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Like `own`, without what comprehensions keep to themselves."""
    for node in nodes:
        yield node
        if not isinstance(node, _SCOPES + _COMPREHENSIONS):
            yield from _own_scope(ast.iter_child_nodes(node))


def loaded(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the nodes read, functions and lambdas in them included."""
    return {
        node.id
        for start in nodes
        for node in ast.walk(start)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def function_of(module: Module, node: ast.AST) -> FunctionNode | None:
    """The function a statement stands in; None at module level and in a class body."""
    for above in scopes(module).ancestors(node):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            return above
        if isinstance(above, ast.ClassDef):
            return None
    return None


def block_of(module: Module, statement: ast.stmt) -> list[ast.stmt]:
    """The list of statements that a statement stands in."""
    parent = scopes(module).parent(statement) or module.tree
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and any(one is statement for one in block):
            return block
    return [statement]


def called(module: Module, expr: ast.expr) -> str:
    """The qualified name of the function that an expression calls; empty where unknown."""
    return (qualified_name(module, expr.func) or "") if isinstance(expr, ast.Call) else ""


def is_exit(module: Module, expr: ast.expr) -> bool:
    """Whether an expression is a call that does not come back."""
    return called(module, expr) in EXITS


def slept(module: Module, statement: ast.stmt) -> ast.expr | None:
    """What a statement sleeps, if sleeping is all that it does."""
    if not isinstance(statement, ast.Expr):
        return None
    value = statement.value
    awaited = isinstance(value, ast.Await)
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call):
        return None
    if SLEEPS.get(called(module, call)) is not awaited and not given_sleep(module, call):
        return None
    if len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred):
        return call.args[0]
    return None


def given_sleep(module: Module, call: ast.Call) -> str:
    """The name of a parameter that a call sleeps with: `sleep`, or something with that in it."""
    if not isinstance(call.func, ast.Name) or "sleep" not in call.func.id:
        return ""
    bindings = scopes(module).bindings(call.func)
    alone = len(bindings) == 1 and bindings[0].kind == "parameter"
    return call.func.id if alone else ""


def is_log(module: Module, statement: ast.stmt) -> bool:
    """Whether all that a statement does is to write a line to a log or a terminal."""
    if isinstance(statement, ast.If):
        return all(is_log(module, one) for one in [*statement.body, *statement.orelse])
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    call = statement.value
    if called(module, call) in LOG_FUNCTIONS or _last_name(call.func).startswith(_LOGGING):
        return True
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in LOG_METHODS
        and "log" in _last_name(call.func.value).lower()
    )


_LOGGING = ("log_", "_log_")
"""How functions are called that only log."""


def _last_name(expr: ast.expr) -> str:
    """The last name of what a method is called on: `logger` of `self.logger`, `get_logger()`."""
    match expr:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=func):
            return _last_name(func)
    return ""


def just_raises(statements: list[ast.stmt], error: str | None) -> bool:
    """Whether all that a clause does is to let its exception out."""
    match statements:
        case [ast.Raise(exc=None)]:
            return True
        case [ast.Raise(exc=ast.Name(id=name), cause=None)]:
            return name == error
    return False


def is_pure(expr: ast.expr) -> bool:
    """Whether an expression may be evaluated once more, or once less, and nothing is different."""
    for node in ast.walk(expr):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in _ASKING:
                continue
            case ast.Call(func=ast.Attribute(attr=name)) if name in _ASKING_METHODS:
                continue
            case ast.Call() | ast.Await() | ast.NamedExpr():
                return False
    return True


_ASKING = frozenset({
    "abs", "all", "any", "bool", "float", "getattr", "hasattr", "int", "isinstance", "len", "max",
    "min", "pow", "repr", "round", "str", "type",
})  # fmt: skip
_ASKING_METHODS = frozenset({"casefold", "endswith", "get", "lower", "startswith", "upper"})


def same(first: ast.AST | None, second: ast.AST | None) -> bool:
    """Whether two nodes are written alike, layout aside."""
    if first is None or second is None:
        return first is second
    return ast.dump(first) == ast.dump(second)


def is_loop(node: ast.AST) -> bool:
    """Whether a node is a loop that may be a retry."""
    return isinstance(node, Loop)


def written_out(expr: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    """An expression with names replaced by their values.

    What is changed has no place in the text any more; what is not is the node of the tree still.
    """
    found = _written_out(expr, values)
    assert isinstance(found, ast.expr)
    return found


def _written_out(node: ast.AST, values: Mapping[str, ast.expr]) -> ast.AST:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in values:
        return values[node.id]
    changes: dict[str, object] = {}
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            if (new := _written_out(value, values)) is not value:
                changes[name] = new
        elif isinstance(value, list):
            new_list = [_written_out(v, values) if isinstance(v, ast.AST) else v for v in value]
            if any(a is not b for a, b in zip(new_list, value, strict=True)):
                changes[name] = new_list
    if not changes:
        return node
    return type(node)(**{**dict(ast.iter_fields(node)), **changes})


def copied(expr: ast.expr) -> ast.expr:
    """A copy whose names are the nodes of the tree, so that they can still be resolved."""
    if isinstance(expr, ast.Name | ast.Constant):
        return expr
    fresh = copy.copy(expr)
    for name, value in ast.iter_fields(expr):
        if isinstance(value, ast.expr):
            setattr(fresh, name, copied(value))
        elif isinstance(value, list):
            setattr(fresh, name, [copied(v) if isinstance(v, ast.expr) else v for v in value])
    return fresh
