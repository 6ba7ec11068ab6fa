"""The exceptions of requests that a function names, written for aiohttp."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.handler_order import misordered, out_of_order
from lever_fix.domains.http.uses import Needed, Read, apply_read, named_types, read_at
from lever_fix.knowledge.http_exceptions import (
    ERROR_FIELDS,
    OS_ERRORS,
    TIMEOUT,
    URL_FUNCTIONS,
)
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.model import Import
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

_BROAD = frozenset({"builtins.Exception", "builtins.BaseException"}) | OS_ERRORS
_KEPT = frozenset({"args", "add_note", "with_traceback", "__class__", "__cause__"})
_CODES = frozenset({"requests.codes", "httpx.codes"})
_BUILTIN_TIMEOUT = (3, 11)
_JSON = "json.JSONDecodeError"
_STATUS = "aiohttp.ClientResponseError"


@dataclass
class Handler:
    """A handler of exceptions of requests.

    Attributes:
        node: The handler.
        around: The `try` it belongs to.
        names: What it names, in order: an exception of the library, or an expression that stays.
        library: The library.
        reads: Uses of `error.response`, with the response each stands for; see `Field`.
        fields: Uses of `error.response` that the error itself answers.
    """

    node: ast.ExceptHandler
    around: ast.Try
    names: list[str | ast.expr]
    library: Library
    reads: list[tuple[ast.expr, Read]] = field(default_factory=list)
    fields: list[tuple[ast.expr, str]] = field(default_factory=list)
    shown: bool = False


def exception_name(module: Module, node: ast.expr, library: Library = REQUESTS) -> str:
    """The exception of a library that an expression stands for; empty for none."""
    name = qualified_name(module, node) or ""
    home, _, last = name.rpartition(".")
    if home in library.homes and (home != library.name or last in library.top_level):
        return last
    return ""


def names_errors(module: Module, function: FunctionNode, library: Library) -> bool:
    """True for a function that names an exception of a library anywhere."""
    return any(
        isinstance(node, ast.Name | ast.Attribute) and bool(exception_name(module, node, library))
        for node in ast.walk(function)
    )


def handlers_in(
    module: Module,
    nodes: list[ast.AST],
    responses: dict[ast.Try, str],
    calls: set[ast.AST],
    library: Library,
) -> list[Handler] | Blocked:
    """The handlers among some nodes that name exceptions of requests.

    Args:
        module: The module.
        nodes: The nodes of a function.
        responses: The one name that holds a response in the body of each `try`.
        calls: The calls whose errors become those of aiohttp.
        library: The library whose exceptions they are.
    """
    found: list[Handler] = []
    for node in nodes:
        if not isinstance(node, ast.Try):
            continue
        for handler in node.handlers:
            read = _handler(module, node, handler, responses.get(node, ""), calls, library)
            if isinstance(read, Blocked):
                return read
            if read is not None:
                found.append(read)
        if blocked := misordered([_names(module, one) for one in node.handlers], node):
            return blocked
    return found


def _names(module: Module, node: ast.ExceptHandler) -> list[str]:
    return [exception_name(module, one) for one in named_types(node)]


def moved(module: Module, node: ast.Try) -> tuple[ast.ExceptHandler, ...]:
    """The handlers of a `try` of which the last must go first; empty where none must."""
    return out_of_order([_names(module, one) for one in node.handlers], node)


def _handler(
    module: Module,
    around: ast.Try,
    node: ast.ExceptHandler,
    response: str,
    calls: set[ast.AST],
    library: Library,
) -> Handler | Blocked | None:
    if not any(one in calls for below in around.body for one in ast.walk(below)):
        return None
    names: list[str | ast.expr] = []
    for one in named_types(node):
        name = exception_name(module, one, library)
        if name and name not in library.exceptions:
            words = f"`{name}` of {library.name} has no equal in aiohttp"
            return Blocked("exception-without-equal", words, one)
        names.append(name or one)
    handler = Handler(node, around, names, library)
    if any(isinstance(one, str) for one in names):
        return _about_error(module, handler, response) or handler
    known = {qualified_name(module, one) for one in names if isinstance(one, ast.expr)}
    if node.name and (not known or known & _BROAD) and _asks_for_response(module, node):
        words = "the handler takes any error, and asks it for its response"
        return Blocked("error-response", words, node)
    if known & OS_ERRORS:
        handler.names.append("aiohttp.ClientError")
        return handler
    return None


def _asks_for_response(module: Module, node: ast.ExceptHandler) -> bool:
    known = scopes(module)
    for one in _loads(node, node.name or ""):
        above = known.parent(one)
        if (isinstance(above, ast.Attribute) and above.attr == "response") or _asks_by_name(above):
            return True
    return False


def _about_error(module: Module, handler: Handler, response: str) -> Blocked | None:
    """Go through the uses of the exception that a handler has a name for."""
    bound = handler.node.name
    if not bound:
        return None
    known = scopes(module)
    for node in _loads(handler.node, bound):
        above = known.parent(node)
        if isinstance(above, ast.Attribute):
            if above.attr == "response":
                if blocked := _about_response(module, handler, above, bound, response):
                    return blocked
            elif above.attr not in _KEPT and any(isinstance(one, str) for one in handler.names):
                words = f"`{above.attr}` of the error has no equal in aiohttp"
                return Blocked("error-attribute", words, above)
        elif _asks_by_name(above):
            words = "the error is asked for its response by name"
            return Blocked("error-attribute", words, node)
        elif not isinstance(above, ast.Raise):
            handler.shown = True
    return None


def _loads(node: ast.AST, name: str) -> Iterator[ast.Name]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load):
            yield one


def _asks_by_name(above: ast.AST | None) -> bool:
    return (
        isinstance(above, ast.Call)
        and isinstance(above.func, ast.Name)
        and above.func.id in ("getattr", "hasattr")
        and any(
            isinstance(one, ast.Constant) and one.value in ("response", "request")
            for one in above.args
        )
    )


def _about_response(
    module: Module, handler: Handler, node: ast.Attribute, error: str, response: str
) -> Blocked | None:
    """One use of `error.response`."""
    above = scopes(module).parent(node)
    if isinstance(above, ast.Attribute) and above.attr in ERROR_FIELDS:
        handler.fields.append((above, ERROR_FIELDS[above.attr].format(e=error)))
        return None
    if isinstance(above, ast.Compare) and len(above.ops) == 1 and _is_none(above.comparators[0]):
        asked = f"isinstance({error}, {_STATUS})"
        negated = isinstance(above.ops[0], ast.Is)
        handler.fields.append((above, f"not {asked}" if negated else asked))
        return None
    read = read_at(module, node, handler.library, f"{error}.response")
    if (
        isinstance(read, Read)
        and read.use
        and response
        and handler.names == [handler.library.status_error]
    ):
        # Once the status was found wrong, only what was decoded can still be had.
        if read.truth or "read()" in read.use.text:
            return Blocked("error-response", "it is no longer to be had then", node)
        handler.reads.append((node, read))
        return None
    words = f"aiohttp's errors have no response, and `{error}.response` is not surely one here"
    return Blocked("error-response", words, node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def apply_handler(
    draft: Draft,
    handler: Handler,
    needed: Needed,
    target: tuple[int, int],
    response: str,
    awaited: set[ast.AST],
) -> None:
    """Write one handler for aiohttp; the calls of other functions may read JSON themselves."""
    module = draft.module
    texts: list[str] = []
    for one in handler.names:
        if isinstance(one, str):
            texts += _named(one, needed, target, handler.library)
            wider = handler.library.wider
            needed.residuals += [wider[one]] if one in wider else []
            if one == "RequestException" and _reads_json(handler.around, awaited):
                texts.append(_JSON)
        else:
            texts.append(draft.take(module.span(one)))
    if any(isinstance(one, str) for one in handler.names) and handler.node.type is not None:
        texts = list(dict.fromkeys(texts))
        if _JSON in texts and "ValueError" in texts:
            texts.remove(_JSON)
        if _JSON in texts:
            needed.imports.append(Import("json"))
        text = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
        draft.replace(module.span(handler.node.type), text)
        if handler.shown:
            needed.residuals.append("messages")
    for node, text in handler.fields:
        draft.replace(module.span(node), text)
    for node, read in handler.reads:
        draft.take(module.span(node))
        apply_read(draft, read, needed, response)


def _named(name: str, needed: Needed, target: tuple[int, int], library: Library) -> list[str]:
    if name not in library.exceptions:
        return [name]
    texts: list[str] = []
    for one in library.exceptions[name]:
        if one == TIMEOUT and target >= _BUILTIN_TIMEOUT:
            texts.append("TimeoutError")
            continue
        if one == TIMEOUT:
            needed.imports.append(Import("asyncio"))
        texts.append(one)
    return texts


def mapped(name: str, needed: Needed, target: tuple[int, int], library: Library) -> str:
    """What is named outside a handler: a status, or an exception for `isinstance`, say."""
    if name.isdigit():
        return name
    if name in URL_FUNCTIONS.values():
        needed.imports.append(Import("urllib.parse"))
        return name
    texts = _named(name, needed, target, library)
    if texts == [_JSON]:
        needed.imports.append(Import("json"))
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def _reads_json(node: ast.Try, awaited: set[ast.AST]) -> bool:
    return any(
        (isinstance(one, ast.Attribute) and one.attr == "json") or one in awaited
        for statement in node.body
        for one in ast.walk(statement)
    )


def _status_code(name: str) -> str | None:
    """The number that a name such as `requests.codes.not_found` stands for."""
    home, _, last = name.rpartition(".")
    known = HTTPStatus.__members__.get(last.upper())
    return str(known.value) if known is not None and home in _CODES else None


def other_names(
    module: Module, function: FunctionNode, handled: set[ast.AST], library: Library
) -> tuple[list[tuple[ast.expr, str]], Blocked | None]:
    """Exceptions of requests named elsewhere in a function, and what has no equal.

    Args:
        module: The module.
        function: The function, decorators included.
        handled: Nodes that are rewritten already.
        library: The library.
    """
    known = scopes(module)
    found: list[tuple[ast.expr, str]] = []
    for node in ast.walk(function):
        if node in handled or not isinstance(node, ast.Attribute | ast.Name):
            continue
        if isinstance(known.parent(node), ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        name = qualified_name(module, node) or ""
        if not name.startswith(f"{library.name}."):
            continue
        above = known.parent(node)
        if (plain := _status_code(name) or URL_FUNCTIONS.get(name)) is not None:
            found.append((node, plain))
            continue
        exception = exception_name(module, node, library)
        raised = isinstance(above, ast.Raise) or (
            isinstance(above, ast.Call) and above.func is node
        )
        if exception in library.exceptions and not raised:
            found.append((node, exception))
            continue
        text = module.text[module.span(node).start : module.span(node).end].decode()
        code = f"raises-{library.name}" if raised and exception else "requests-object"
        return found, Blocked(code, f"`{text}` has no equal in aiohttp", node)
    return found, None
