"""Sessions of requests that a function makes for itself, as sessions of aiohttp."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked, HttpCall, local_sessions
from lever_fix.domains.http.kinds import UNKNOWN
from lever_fix.domains.http.places import in_suite, index_in, suite_of
from lever_fix.domains.http.values import argument_kind
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.model import Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes

ATTRIBUTE_WORDS = {
    "mount": "`mount` has no equal in aiohttp, whose connector serves every URL",
    "cookies": "`cookies` of a session is a jar of another kind in aiohttp",
    "params": "`params` of a session go with every call, and aiohttp has nothing like it",
    "proxies": "`proxies` set on a session would be ignored by aiohttp without a word",
    "verify": "`verify` set on a session would be ignored by aiohttp without a word",
    "cert": "`cert` set on a session would be ignored by aiohttp without a word",
    "hooks": "`hooks` has no equal in aiohttp",
    "send": "a prepared request has no equal in aiohttp",
}


@dataclass
class LocalSession:
    """A session that a function makes.

    Attributes:
        name: The name that holds it.
        made: The call that makes it.
        statement: The statement it is made in.
        last: The last statement that uses it, where an `async with` is put around them.
        closes: Calls of `close()`.
        logins: Assignments of a name and a password to `auth`.
        headers: True where headers are set on it.
        given: Arguments it is to be made with.
        timeout: The argument for calls without a timeout, where it is made with one.
        residuals: What may still differ.
    """

    name: str
    made: ast.Call
    statement: ast.stmt
    last: ast.stmt | None = None
    closes: list[ast.Call] = field(default_factory=list)
    logins: list[ast.Assign] = field(default_factory=list)
    headers: bool = False
    given: list[str] = field(default_factory=list)
    timeout: str = ""
    residuals: list[str] = field(default_factory=list)


def sessions_in(
    module: Module, function: FunctionNode, calls: list[HttpCall], library: Library
) -> list[LocalSession] | Blocked:
    """The sessions that a function makes; or the use that stops the rewrite."""
    found: list[LocalSession] = []
    for name, (statement, made) in local_sessions(module, function, library).items():
        session = _session(module, function, name, statement, made, calls, library)
        if isinstance(session, Blocked):
            return session
        found.append(session)
    return found


def _session(
    module: Module,
    function: FunctionNode,
    name: str,
    statement: ast.stmt,
    made: ast.Call,
    calls: list[HttpCall],
    library: Library,
) -> LocalSession | Blocked:
    known = scopes(module)
    own = known.own_scope(function)
    assert own is not None
    if len(known.bindings_in(own, name)) != 1 or name in own.globals | own.nonlocals:
        return Blocked("session-escapes", f"`{name}` holds something else at times", statement)
    if isinstance(statement, ast.With | ast.AsyncWith) and len(statement.items) > 1:
        words = "the `with` opens other things besides, which `async with` cannot"
        return Blocked("with-items", words, statement)
    session = LocalSession(name, made, statement)
    if blocked := _given(module, session, library):
        return blocked
    uses: list[ast.AST] = []
    for node in ast.walk(function):
        if not (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)):
            continue
        if known.function_of(node) is not function:
            return Blocked("session-escapes", f"`{name}` is used in a function of its own", node)
        if blocked := _use(module, session, node, calls):
            return blocked
        uses.append(node)
    return (
        session
        if isinstance(statement, ast.With | ast.AsyncWith)
        else _with_last(module, session, uses)
    )


def _given(module: Module, session: LocalSession, library: Library) -> Blocked | None:
    """The arguments a session is made with, as arguments of aiohttp's."""
    made, headers = session.made, False
    if made.args or (made.keywords and library is REQUESTS):
        return Blocked("unknown-arguments", "what the session is made with is not known", made)
    for keyword in made.keywords:
        found = argument_kind(module, keyword.arg or "", keyword.value)
        text = module.text[module.span(keyword.value).start : module.span(keyword.value).end]
        value = text.decode("utf-8")
        if keyword.arg == "headers":
            session.given.append(f"headers={value}")
            headers = True
        elif keyword.arg == "timeout" and found in ("number", "none", UNKNOWN):
            simple = isinstance(keyword.value, ast.Constant | ast.Name | ast.Attribute)
            if not simple:
                return Blocked("timeout-argument", library.otherwise["timeout"], made)
            both = f", sock_connect={value}, sock_read={value}" if found != "none" else ""
            session.timeout = f"timeout=aiohttp.ClientTimeout(total=None{both})"
            session.residuals += ["timeout-object"] if found == UNKNOWN else []
        elif keyword.arg == library.redirect_argument and isinstance(keyword.value, ast.Constant):
            continue
        else:
            words = f"`{keyword.arg}` of a session has no equal in aiohttp"
            return Blocked("session-attribute", words, made)
    session.headers = headers
    return None


def _with_last(
    module: Module, session: LocalSession, uses: list[ast.AST]
) -> LocalSession | Blocked:
    """The session with the last statement of the block it is to be open in."""
    suite = suite_of(module, session.statement)
    start = last = index_in(suite, session.statement)
    for node in uses:
        place = in_suite(module, suite, node)
        if place is None or place <= start:
            words = f"`{session.name}` is used where no `async with` around it reaches"
            return Blocked("session-escapes", words, node)
        last = max(last, place)
    session.last = suite[last]
    return session


def _use(
    module: Module, session: LocalSession, node: ast.Name, calls: list[HttpCall]
) -> Blocked | None:
    known = scopes(module)
    attribute = known.parent(node)
    if not isinstance(attribute, ast.Attribute):
        words = f"`{node.id}` goes elsewhere as a whole, where it is taken for another one"
        return Blocked("session-escapes", words, node)
    above = known.parent(attribute)
    if any(call.node.func is attribute for call in calls):
        return None
    if attribute.attr == "headers" and sets_headers(module, above):
        session.headers = True
        return None
    if attribute.attr in ("close", "aclose") and isinstance(above, ast.Call) and not above.args:
        session.closes.append(above)
        return None
    if attribute.attr == "auth" and isinstance(above, ast.Assign) and is_login(above):
        session.logins.append(above)
        return None
    words = ATTRIBUTE_WORDS.get(
        attribute.attr, f"`{attribute.attr}` of a session has no equal in aiohttp"
    )
    return Blocked("session-attribute", words, attribute)


def is_login(node: ast.AST | None) -> bool:
    """True for an assignment of a name and a password."""
    if not isinstance(node, ast.Assign):
        return False
    value = node.value
    return len(node.targets) == 1 and isinstance(value, ast.Tuple) and len(value.elts) == 2


def sets_headers(module: Module, above: ast.AST | None) -> bool:
    """True for `.headers.update(...)`, and for setting or reading one header by name."""
    outer = scopes(module).parent(above) if above else None
    if isinstance(above, ast.Subscript):
        return isinstance(above.ctx, ast.Store | ast.Load)
    return (
        isinstance(above, ast.Attribute) and above.attr == "update" and isinstance(outer, ast.Call)
    )


def apply_session(draft: Draft, session: LocalSession, text: str) -> None:
    """Write a session for aiohttp; `text` makes it."""
    module = draft.module
    statement, made = module.span(session.statement), module.span(session.made)
    if session.last is None:
        if isinstance(session.statement, ast.With):
            draft.insert(statement.start, "async ")
        draft.replace(made, text)
    else:
        header = f"async with {text} as {session.name}:"
        draft.replace(Span(statement.start, made.end), header)
    for call in session.closes:
        is_awaited = isinstance(scopes(module).parent(call), ast.Await)
        whole = f"{session.name}.close()"
        draft.replace(module.span(call), whole if is_awaited else f"await {whole}")
    for login in session.logins:
        assert isinstance(login.value, ast.Tuple)
        user, password = (draft.take(module.span(one)) for one in login.value.elts)
        value = f'aiohttp.encode_basic_auth({user}, {password}, encoding="latin1")'
        draft.replace(module.span(login.value), value)
        draft.replace(module.span(login.targets[0]), f'{session.name}.headers["Authorization"]')
