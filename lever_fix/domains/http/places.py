"""Statements and the suites they stand in; what is evaluated first in one of them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
Suite = list[ast.stmt]


def suite_of(module: Module, statement: ast.stmt) -> Suite:
    """The list of statements that a statement stands in."""
    above = scopes(module).parent(statement)
    for name in ("body", "orelse", "finalbody", "handlers"):
        suite = getattr(above, name, None)
        if isinstance(suite, list) and any(one is statement for one in suite):
            return suite
    raise LookupError(statement)


def index_in(suite: Suite, statement: ast.stmt) -> int:
    """Where a statement stands in its suite."""
    return next(number for number, one in enumerate(suite) if one is statement)


def statements_above(module: Module, statement: ast.stmt) -> Iterator[ast.stmt]:
    """A statement and the statements around it, innermost first, up to the function's own."""
    yield statement
    for node in scopes(module).ancestors(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return
        if isinstance(node, ast.stmt):
            yield node


def in_suite(module: Module, suite: Suite, node: ast.AST) -> int | None:
    """Which statement of a suite holds a node."""
    statement = scopes(module).statement(node)
    for one in statements_above(module, statement):
        for number, other in enumerate(suite):
            if other is one:
                return number
    return None


def common_range(
    module: Module, function: FunctionNode, covered: list[tuple[ast.stmt, ast.stmt]]
) -> tuple[ast.stmt, ast.stmt]:
    """The first and the last statement of the innermost suite that holds all of them.

    A loop around them is taken in: what is made once need not be made for each turn.
    """
    first = covered[0][0]
    for start in statements_above(module, first):
        suite = suite_of(module, start)
        places = [in_suite(module, suite, one) for pair in covered for one in pair]
        found = [place for place in places if place is not None]
        around = list(statements_above(module, start))[1:]
        if len(found) == len(places) and not any(isinstance(one, _LOOPS) for one in around):
            return suite[min(found)], suite[max(found)]
    raise LookupError(function.name)


def in_loop(module: Module, statement: ast.stmt) -> bool:
    """True where a loop of the function may run a statement more than once."""
    return any(isinstance(one, _LOOPS) for one in statements_above(module, statement))


def starts_line(module: Module, statement: ast.stmt) -> bool:
    """True where a statement is the first on its line."""
    start = module.span(statement).start
    line = module.view.rfind(b"\n", 0, start) + 1
    return not module.view[line:start].strip()


def ends_line(module: Module, statement: ast.stmt) -> bool:
    """True where nothing but a comment follows a statement on its line."""
    end = module.span(statement).end
    stop = module.view.find(b"\n", end)
    rest = module.view[end : stop if stop >= 0 else len(module.view)].strip()
    return not rest or rest.startswith(b"#")


def indent_unit(module: Module, function: FunctionNode) -> str:
    """One level of indentation, as the function has it."""
    outer = _indent(module, module.span(function).start)
    inner = _indent(module, module.span(function.body[0]).start)
    return inner.removeprefix(outer) or "    "


def _indent(module: Module, offset: int) -> str:
    line = module.view.rfind(b"\n", 0, offset) + 1
    head = module.view[line:offset]
    return head[: len(head) - len(head.lstrip())].decode()


def evaluated_first(module: Module, statement: ast.stmt, node: ast.expr) -> bool:
    """True where a statement surely evaluates an expression, and nothing that matters before it."""
    if not isinstance(
        statement,
        ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr | ast.If | ast.For,
    ):
        return False
    if isinstance(statement, ast.AugAssign) and not isinstance(statement.target, ast.Name):
        return False
    if isinstance(statement, ast.If) and _is_elif(module, statement):
        return False
    below: ast.AST = node
    for above in scopes(module).ancestors(node):
        if above is statement:
            return below not in getattr(statement, "targets", ())
        if not _comes_first(above, below):
            return False
        below = above
    return False


def _comes_first(above: ast.AST, below: ast.AST) -> bool:
    match above:
        case ast.Attribute() | ast.Starred() | ast.UnaryOp() | ast.FormattedValue() | ast.keyword():
            return True
        case ast.Call(func=func, args=args, keywords=keywords):
            return _all_calm(_before([func, *args, *keywords], below))
        case ast.Subscript(value=value):
            return below is value or _is_calm(value)
        case ast.BinOp(left=left):
            return below is left or _is_calm(left)
        case ast.BoolOp(values=values):
            return below is values[0]
        case ast.Compare(left=left, comparators=comparators):
            return below is left or (below is comparators[0] and _is_calm(left))
        case ast.IfExp(test=test):
            return below is test
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            return _all_calm(_before(list(elements), below))
        case ast.Dict(keys=keys, values=values):
            pairs = [one for pair in zip(keys, values, strict=True) for one in pair if one]
            return _all_calm(_before(list(pairs), below))
        case ast.JoinedStr(values=values):
            return _all_calm(_before(list(values), below))
    return False


def _before(nodes: list[ast.AST], below: ast.AST) -> list[ast.AST]:
    return nodes[: next(number for number, one in enumerate(nodes) if one is below)]


def _all_calm(nodes: list[ast.AST]) -> bool:
    return all(_is_calm(node) for node in nodes)


def _is_calm(node: ast.AST) -> bool:
    """True where evaluating it early or late makes no difference that anyone relies on."""
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=value):
            return _is_calm(value)
        case ast.FormattedValue(value=value):
            return isinstance(value, ast.Name | ast.Constant)
        case ast.keyword(value=value):
            return _is_calm(value)
    return False


def _is_elif(module: Module, statement: ast.If) -> bool:
    above = scopes(module).parent(statement)
    return (
        isinstance(above, ast.If)
        and above.orelse == [statement]
        and module.text.startswith(b"elif", module.span(statement).start)
    )


def nested_expression(module: Module, node: ast.AST) -> str:
    """What stops an `await` where a node stands; empty where nothing does."""
    below: ast.AST | None = node
    for above in scopes(module).ancestors(node):
        if above is below:
            continue
        if isinstance(above, ast.Lambda) and below is above.body:
            return "<lambda>"
        if isinstance(above, ast.GeneratorExp) and below is not above.generators[0]:
            return "<generator expression>"
        if isinstance(above, ast.comprehension):
            generator = scopes(module).parent(above)
            first = isinstance(generator, ast.GeneratorExp) and (
                above is generator.generators[0] and below is above.iter
            )
            if isinstance(generator, ast.GeneratorExp) and not first:
                return "<generator expression>"
            if first:
                below = generator  # the first iterable is evaluated outside
                continue
        if isinstance(above, ast.stmt):
            return ""
        below = above
    return ""


def needs_parentheses(module: Module, node: ast.expr) -> bool:
    """True where `await x` must stand in parentheses in place of `x`."""
    above = scopes(module).parent(node)
    match above:
        case ast.Attribute() | ast.Await():
            return True
        case ast.Call(func=func):
            return func is node
        case ast.Subscript(value=value):
            return value is node
        case ast.BinOp(op=ast.Pow(), left=left):
            return left is node
    return False


def in_text(module: Module, node: ast.AST) -> bool:
    """True where a node stands inside an f-string."""
    return any(isinstance(above, ast.JoinedStr) for above in scopes(module).ancestors(node))


def is_findable(module: Module, node: ast.expr) -> bool:
    """False where the place of a node cannot be trusted: f-strings before Python 3.12."""
    if sys.version_info >= (3, 12) or not in_text(module, node):
        return True
    span = module.span(node)
    try:
        there = ast.parse(module.text[span.start : span.end].decode("utf-8"), mode="eval").body
    except (SyntaxError, ValueError):
        return False
    return ast.dump(there) == ast.dump(node)


def with_quotes(module: Module, node: ast.AST, text: str) -> str:
    """A text whose quotes are not those of the f-string it goes into."""
    held = module.lexed.opaque_at(module.span(node).start)
    if held is None or module.view[held[0] : held[0] + 1] != b'"':
        return text
    return text.replace('"', "'")
