"""The uses of a response: what each becomes, and which of them stop the rewrite."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.places import (
    is_findable,
    needs_parentheses,
    nested_expression,
    with_quotes,
)
from lever_fix.index.index import Symbol
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.knowledge.http_responses import Use
from lever_fix.model import Import, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

_JSON_ERRORS = frozenset({
    "builtins.ValueError", "json.JSONDecodeError", "json.decoder.JSONDecodeError",
    "requests.JSONDecodeError", "requests.exceptions.JSONDecodeError",
    "requests.exceptions.InvalidJSONError", "requests.RequestException",
    "requests.exceptions.RequestException", "simplejson.JSONDecodeError",
})  # fmt: skip
Strings = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Hand:
    """A response that leaves a function as a whole.

    Attributes:
        node: The expression that is the response.
        call: The call it is an argument of; None where it is returned.
        callee: The function that is called.
        parameter: The parameter it goes to.
        start: Offset of the expression that names the function.
    """

    node: ast.expr
    call: ast.Call | None = None
    callee: Symbol | None = None
    parameter: str = ""
    start: int = 0


Hands = Callable[[Module, ast.expr], Hand | None]
"""Says where a response goes as a whole; None where that is not known."""


@dataclass(frozen=True, eq=False)
class Read:
    """One use of a response.

    Attributes:
        response: The expression that is the response.
        whole: What the use replaces: the attribute, or the call of a method.
        use: What it becomes; None for the response itself, as a truth value or beside `is`.
        arguments: Arguments to keep, as nodes.
        loop: The `for` that goes over the body, where one does.
        truth: True where the response is asked whether it is one.
        hand: Where it goes as a whole.
    """

    response: ast.expr
    whole: ast.expr
    use: Use | None = None
    arguments: tuple[ast.AST, ...] = ()
    loop: ast.For | None = None
    truth: bool = False
    hand: Hand | None = None

    @property
    def waits(self) -> bool:
        """True where it is awaited."""
        use = self.use
        return self.loop is not None or (use is not None and (use.awaited or use.exact))

    @property
    def body(self) -> bool:
        """True where the body is read."""
        return self.loop is not None or (self.use is not None and self.use.body)


@dataclass
class Needed:
    """What rewritten uses ask for."""

    residuals: list[str] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)


def reads_of(
    module: Module,
    function: FunctionNode,
    name: str,
    library: Library,
    others: Collection[ast.AST] = (),
    hands: Hands | None = None,
) -> list[Read] | Blocked:
    """Every use of a name that holds a response; or the one that stops the rewrite.

    Args:
        module: The module.
        function: The function.
        name: The name.
        library: The library of the response.
        others: Uses of the name where it holds something else.
        hands: Says where a response goes as a whole.
    """
    known = scopes(module)
    own = known.own_scope(function)
    found: list[Read] = []
    for node in ast.walk(function):
        if not (isinstance(node, ast.Name) and node.id == name) or known.resolve(node) is not own:
            continue
        if isinstance(node.ctx, ast.Store):
            continue
        if known.function_of(node) is not function:
            return Blocked("response-escapes", f"`{name}` is used in a function of its own", node)
        if node in others:
            continue
        read = read_at(module, node, library, hands=hands)
        if isinstance(read, Blocked):
            return read
        found.append(read)
    return found


def read_at(
    module: Module,
    node: ast.expr,
    library: Library,
    label: str = "",
    hands: Hands | None = None,
) -> Read | Blocked:
    """The use made of a response where a node stands."""
    known = scopes(module)
    above = known.parent(node)
    if not is_findable(module, node):
        return Blocked("in-f-string", "its place in the f-string is not known", node)
    if isinstance(above, ast.Attribute) and isinstance(above.ctx, ast.Load):
        read = _attribute(module, node, above, library)
    elif _is_identity(above):
        read = Read(node, node)
    elif _is_truth(above, node):
        read = Read(node, node, library.truth, truth=True)
    elif hand := hands(module, node) if hands else None:
        read = Read(node, node, hand=hand)
    else:
        name = label or (node.id if isinstance(node, ast.Name) else "the response")
        words = f"`{name}` goes elsewhere as a whole, as a response of {library.name}"
        return Blocked("response-escapes", words, node)
    if isinstance(read, Read) and read.waits and (where := nested_expression(module, node)):
        return Blocked("no-await-here", f"`await` cannot stand in {where}", node)
    return read


def _attribute(
    module: Module, node: ast.expr, attribute: ast.Attribute, library: Library
) -> Read | Blocked:
    above = scopes(module).parent(attribute)
    called = isinstance(above, ast.Call) and above.func is attribute
    if attribute.attr in library.attributes and not called:
        return Read(node, attribute, library.attributes[attribute.attr])
    if attribute.attr == "iter_content" and called and library is REQUESTS:
        assert isinstance(above, ast.Call)
        return _iterated(module, node, above)
    if attribute.attr in library.methods and called:
        assert isinstance(above, ast.Call)
        if attribute.attr == "json":
            return _json(module, node, above, library)
        outer = scopes(module).parent(above)
        if not (above.args or above.keywords or isinstance(outer, ast.Attribute)):
            return Read(node, above, library.methods[attribute.attr])
    words = library.refused.get(attribute.attr, f"`{attribute.attr}` has no equal in aiohttp")
    return Blocked("response-attribute", words, attribute)


def _json(module: Module, node: ast.expr, call: ast.Call, library: Library) -> Read | Blocked:
    if call.args:
        return Blocked("response-attribute", "`json()` takes no arguments without a name", call)
    if call.keywords or _may_catch_bad_json(module, call):
        return Read(node, call, library.exact, tuple(call.keywords))
    return Read(node, call, library.methods["json"])


def exactly(read: Read, exact: bool) -> Read:
    """The use, with bad JSON told as requests tells it."""
    is_json = read.use is REQUESTS.methods["json"]
    return replace(read, use=REQUESTS.exact) if exact and is_json else read


def _may_catch_bad_json(module: Module, node: ast.AST) -> bool:
    """True where a handler around it waits for bad JSON, which an empty answer is."""
    return any(
        qualified_name(module, one) in _JSON_ERRORS
        for handler in handlers_around(module, node)
        for one in named_types(handler)
    )


def handlers_around(module: Module, node: ast.AST) -> Iterator[ast.ExceptHandler]:
    """The handlers that see an exception raised at a node, in its own function."""
    below = node
    for above in scopes(module).ancestors(node):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        if isinstance(above, ast.Try) and any(below is one for one in above.body):
            yield from above.handlers
        below = above


def named_types(handler: ast.ExceptHandler) -> list[ast.expr]:
    """The exceptions a handler names."""
    if handler.type is None:
        return []
    return list(handler.type.elts) if isinstance(handler.type, ast.Tuple) else [handler.type]


def _iterated(module: Module, node: ast.expr, call: ast.Call) -> Read | Blocked:
    loop = scopes(module).parent(call)
    if not (isinstance(loop, ast.For) and loop.iter is call):
        words = "`iter_content` is not what a `for` goes over, and aiohttp's needs `async for`"
        return Blocked("response-attribute", words, call)
    if len(call.args) + len(call.keywords) > 1 or any(
        one.arg != "chunk_size" for one in call.keywords
    ):
        return Blocked("response-attribute", "`decode_unicode` has no equal in aiohttp", call)
    values = [*call.args, *(one.value for one in call.keywords)]
    return Read(node, call, Use("", body=True, residual="chunks"), tuple(values), loop)


def _is_identity(above: ast.AST | None) -> bool:
    return (
        isinstance(above, ast.Compare)
        and all(isinstance(op, ast.Is | ast.IsNot) for op in above.ops)
        and all(isinstance(one, ast.Constant) for one in above.comparators)
    )


def _is_truth(above: ast.AST | None, node: ast.expr) -> bool:
    match above:
        case (
            ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test) | ast.IfExp(test=test)
        ):
            return test is node
        case ast.UnaryOp(op=ast.Not()):
            return True
    return False


def apply_read(draft: Draft, read: Read, needed: Needed, receiver: str = "") -> None:
    """Write one use of a response for aiohttp."""
    use, module = read.use, draft.module
    if use is None:
        return
    if use.residual:
        needed.residuals.append(use.residual)
    needed.imports += use.imports
    whole = module.span(read.whole)
    name = receiver or draft.take(module.span(read.response))
    name = f"({name})" if name.startswith("await ") else name
    if read.loop is not None:
        _apply_loop(draft, read, name)
        return
    if use.exact:
        text = use.text.format(r=name)
        if read.arguments:
            kept = ", ".join(draft.take(module.span(one)) for one in read.arguments)
            text = f"{text[:-1]}, {kept})"
        draft.take(whole)
        draft.replace(whole, text)
        return
    text = with_quotes(module, read.whole, use.text.format(r=name))
    if use.awaited:
        text = f"(await {text})" if needs_parentheses(module, read.whole) else f"await {text}"
    draft.take(whole)
    draft.replace(whole, text)


def _apply_loop(draft: Draft, read: Read, name: str) -> None:
    module, loop = draft.module, read.loop
    assert loop is not None
    draft.insert(module.span(loop).start, "async ")
    size = draft.take(module.span(read.arguments[0])) if read.arguments else "1"
    chunks = "iter_any()" if size == "None" else f"iter_chunked({size})"
    whole = module.span(read.whole)
    draft.take(whole)
    draft.replace(whole, f"{name}.content.{chunks}")


def span_of_target(module: Module, statement: ast.stmt, value: ast.expr) -> Span:
    """From the start of an assignment to the start of its value."""
    return Span(module.span(statement).start, module.span(value).start)
