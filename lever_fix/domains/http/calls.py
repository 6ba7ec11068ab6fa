"""The calls in a function that send requests, with their arguments by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lever_fix.knowledge.http_calls import METHODS
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import dotted, imported_name, qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

NOTHING: Mapping[tuple[int, int], str] = {}
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, eq=False)
class Blocked:
    """Why something is left alone.

    Attributes:
        code: Stable reason code.
        words: What blocks it, in a sentence.
        node: Where it stands.
    """

    code: str
    words: str
    node: ast.AST


@dataclass(frozen=True, eq=False)
class Argument:
    """One argument of a call: its name, its value, and where it was written by name."""

    name: str
    value: ast.expr
    keyword: ast.keyword | None


@dataclass(frozen=True, eq=False)
class HttpCall:
    """A call that sends a request.

    Attributes:
        node: The call.
        method: `get`, `post`, ... or `request`.
        session: What names or gives the session; empty for a function of the library.
        arguments: By name, in the order they are written.
        library: The library it is of.
        whole: The call with its `await`, where it is awaited already.
        follows: Whether redirects are followed, unless the call itself says so.
    """

    node: ast.Call
    method: str
    session: str
    arguments: tuple[Argument, ...]
    library: Library
    whole: ast.expr
    follows: bool

    def argument(self, name: str) -> Argument | None:
        """The argument of this name."""
        return next((one for one in self.arguments if one.name == name), None)

    @property
    def verb(self) -> str:
        """The method in lower case, also for `request("GET", ...)`; empty where it is unknown."""
        if self.method != "request":
            return self.method
        method = self.argument("method")
        if (
            method
            and isinstance(method.value, ast.Constant)
            and isinstance(method.value.value, str)
        ):
            return method.value.value.lower()
        return ""


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when a function's body runs: nested definitions are left out."""
    pending: list[ast.AST] = list(reversed(getattr(function, "body", [])))
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, NESTED):
            # Decorators and defaults run here, the body does not.
            pending += reversed([*getattr(node, "decorator_list", []), *_defaults(node)])
        else:
            pending += reversed(list(ast.iter_child_nodes(node)))


def _defaults(node: ast.AST) -> list[ast.expr]:
    arguments = getattr(node, "args", None)
    if not isinstance(arguments, ast.arguments):
        return []
    return [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]


def local_sessions(
    module: Module, function: FunctionNode, library: Library = REQUESTS
) -> dict[str, tuple[ast.stmt, ast.Call]]:
    """Names of sessions made in the function, with the statement and the call that make each."""
    known = scopes(module)
    made = library.sessions | library.clients
    found: dict[str, tuple[ast.stmt, ast.Call]] = {}
    for node in own_nodes(function):
        if not (isinstance(node, ast.Call) and qualified_name(module, node.func) in made):
            continue
        above = known.parent(node)
        if isinstance(above, ast.withitem) and isinstance(above.optional_vars, ast.Name):
            found[above.optional_vars.id] = known.statement(node), node
        elif isinstance(above, ast.Assign) and len(above.targets) == 1:
            target = above.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = above, node
    return found


def self_sessions(module: Module, klass: ast.ClassDef) -> dict[str, ast.Call]:
    """Attributes of `self` that `__init__` makes sessions of, with the calls that make them."""
    key = ("self-sessions", klass)
    if key not in module.memo:
        module.memo[key] = _self_sessions(module, klass)
    found: dict[str, ast.Call] = module.memo[key]
    return found


def _self_sessions(module: Module, klass: ast.ClassDef) -> dict[str, ast.Call]:
    found: dict[str, ast.Call] = {}
    makers = [one for one in klass.body if isinstance(one, ast.FunctionDef)]
    for node in (node for one in makers if one.name == "__init__" for node in own_nodes(one)):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        if len(targets) != 1 or not isinstance(value, ast.Call) or value.args or value.keywords:
            continue
        target = targets[0]
        if (
            isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
            and target.value.id == "self"
            and qualified_name(module, value.func) in REQUESTS.sessions
        ):
            found[target.attr] = value
    return found


def _class_around(module: Module, function: FunctionNode) -> ast.ClassDef | None:
    above = scopes(module).parent(function)
    while above is not None and not isinstance(above, ast.ClassDef | FunctionNode):
        above = scopes(module).parent(above)
    return above if isinstance(above, ast.ClassDef) else None


def http_calls(
    module: Module,
    function: FunctionNode,
    library: Library = REQUESTS,
    given: Mapping[tuple[int, int], str] = NOTHING,
) -> list[HttpCall | Blocked]:
    """Every call in a function that sends a request, in source order.

    Args:
        module: The module.
        function: The function.
        library: The library of the calls.
        given: What gives the session in place of an expression that names one made on import.
    """
    sessions: dict[str, ast.Call] = {
        name: made for name, (_, made) in local_sessions(module, function, library).items()
    }
    klass = _class_around(module, function)
    if klass is not None and library is REQUESTS:
        kept = self_sessions(module, klass)
        sessions |= {f"self.{name}": made for name, made in kept.items()}
    shared = module_sessions(module, library) - sessions.keys()
    names = {*sessions, *shared}
    found: list[HttpCall | Blocked] = []
    for node in own_nodes(function):
        if not isinstance(node, ast.Call):
            continue
        if receiver := _given(module, node, given):
            assert isinstance(node.func, ast.Attribute)
            found.append(_read(module, node, node.func.attr, receiver, None, library))
        elif which := _which(module, node, names, library):
            method, session = which
            if session in shared:
                words = f"`{session}` is made on import, where no event loop runs, and shared"
                found.append(Blocked("module-session", words, node))
                continue
            found.append(_read(module, node, method, session, sessions.get(session), library))
    return sorted(found, key=lambda one: (one.node.lineno, one.node.col_offset))  # type: ignore[attr-defined]


def _given(module: Module, node: ast.Call, given: Mapping[tuple[int, int], str]) -> str:
    """What gives the session that a call is made on, where that was made on import."""
    func = node.func
    if not given or not isinstance(func, ast.Attribute) or func.attr not in {*METHODS, "request"}:
        return ""
    span = module.span(func.value)
    return given.get((span.start, span.end), "")


def module_sessions(module: Module, library: Library) -> set[str]:
    """Module-level names that hold a session."""
    key = ("module-sessions", library.name)
    if key not in module.memo:
        made = library.sessions | library.clients
        module.memo[key] = {
            target.id
            for statement in module.tree.body
            if isinstance(statement, ast.Assign | ast.AnnAssign)
            and isinstance(statement.value, ast.Call)
            and qualified_name(module, statement.value.func) in made
            for target in _targets(statement)
            if isinstance(target, ast.Name)
        }
    found: set[str] = module.memo[key]
    return found


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return statement.targets if isinstance(statement, ast.Assign) else [statement.target]


def _which(
    module: Module, node: ast.Call, sessions: set[str], library: Library
) -> tuple[str, str] | None:
    """Method and session of a call that sends a request."""
    func = node.func
    if isinstance(func, ast.Attribute) and func.attr in {*METHODS, "request"}:
        receiver = dotted(func.value) or ""
        if receiver in sessions:
            return func.attr, receiver
    name = qualified_name(module, func) or ""
    return (library.functions[name], "") if name in library.functions else None


def _read(
    module: Module,
    node: ast.Call,
    method: str,
    session: str,
    made: ast.Call | None,
    library: Library,
) -> HttpCall | Blocked:
    names = (library.session_positional if session else library.positional)[method]
    arguments: list[Argument] = []
    for position, value in enumerate(node.args):
        if isinstance(value, ast.Starred):
            return Blocked("unknown-arguments", "`*` hides which arguments it takes", node)
        if position >= len(names):
            return Blocked("unknown-arguments", "it has more arguments than it takes", node)
        arguments.append(Argument(names[position], value, None))
    for keyword in node.keywords:
        if keyword.arg is None:
            return Blocked("unknown-arguments", "`**` hides which arguments it takes", node)
        arguments.append(Argument(keyword.arg, keyword.value, keyword))
    whole = _whole(module, node, made, library)
    if isinstance(whole, Blocked):
        return whole
    follows = _follows(made, library)
    call = HttpCall(node, method, session, tuple(arguments), library, whole, follows)
    if call.argument("url") is None:
        return Blocked("unknown-arguments", "it has no `url`", node)
    return call


def _whole(
    module: Module, node: ast.Call, made: ast.Call | None, library: Library
) -> ast.expr | Blocked:
    """The call with its `await`, where the session is one whose calls are awaited."""
    if made is None or qualified_name(module, made.func) not in library.clients:
        return node
    above = scopes(module).parent(node)
    if isinstance(above, ast.Await):
        return above
    return Blocked("not-awaited", "it is awaited elsewhere, as a coroutine or a task", node)


def _follows(made: ast.Call | None, library: Library) -> bool:
    """Whether a session follows redirects; what is not a constant is refused with its session."""
    for keyword in made.keywords if made else ():
        if keyword.arg == library.redirect_argument and isinstance(keyword.value, ast.Constant):
            return bool(keyword.value.value)
    return library.follows


def imports_library(module: Module, library: Library = REQUESTS) -> bool:
    """False where no statement of a module can import the library: much cheaper than its scopes."""
    pattern = rb"^[ \t]*(?:from|import)\b[^\n#]*\b%b\b" % library.name.encode()
    return re.search(pattern, module.view, re.MULTILINE) is not None


def imported_from(module: Module, library: str) -> tuple[str, ...]:
    """The names that the imports of a module bind to a library and what is in it."""
    known = scopes(module)
    found: list[str] = []
    for name, nodes in known.top.names.items():
        for node in nodes:
            statement = known.statement(node)
            if isinstance(node, ast.alias) and isinstance(statement, ast.Import | ast.ImportFrom):
                home = imported_name(module, node, statement).partition(".")[0]
                found += [name] if home == library else []
    return tuple(dict.fromkeys(found))
