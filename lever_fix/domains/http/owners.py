"""Classes that keep a session of requests for their methods: `self.session = requests.Session()`.

aiohttp's session must be closed by an `await`, so the class must be a context manager, which
becomes an async one, and everybody who makes one must do so in a `with`, which becomes an
`async with`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked, self_sessions
from lever_fix.domains.http.sessions import sets_headers
from lever_fix.domains.http.sites import Site
from lever_fix.domains.http.write import session_text
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.http_calls import METHODS
from lever_fix.knowledge.http_libraries import REQUESTS
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes

ENTER, EXIT = "__enter__", "__exit__"


@dataclass
class Owner:
    """A class with a session of its own.

    Attributes:
        symbol: The class.
        attribute: The attribute of `self` that holds the session.
        made: The call that makes it, in `__init__`.
        methods: What must turn: methods that send or close, and the context manager's two.
        closes: Calls of `close()` on the session.
    """

    symbol: Symbol
    attribute: str
    made: ast.Call
    methods: list[Symbol] = field(default_factory=list)
    closes: list[ast.Call] = field(default_factory=list)


def owner_of(index: Index, symbol: Symbol) -> Owner | Blocked | None:
    """The class of a method, where it keeps a session that the method has to do with."""
    facts, module = index.function(symbol), index.module(symbol.path)
    if facts is None or not facts.in_class or module is None:
        return None
    owner = Symbol(symbol.path, facts.in_class)
    found = _owner(index, module, owner)
    if isinstance(found, Owner) and symbol not in found.methods:
        return None
    if isinstance(found, Blocked) and not _concerns(module, index, symbol, owner):
        return None
    return found


def _concerns(module: Module, index: Index, symbol: Symbol, owner: Symbol) -> bool:
    """True where a method names a session of its class."""
    method, klass = index.node(symbol), index.node(owner)
    assert isinstance(klass, ast.ClassDef)
    kept = self_sessions(module, klass)
    return method is not None and any(_is_kept(node, kept) for node in ast.walk(method))


def _is_kept(node: ast.AST, kept: dict[str, ast.Call]) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in kept
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def _owner(index: Index, module: Module, symbol: Symbol) -> Owner | Blocked | None:
    key = ("session-owner", symbol.name)
    found: Owner | Blocked | None = index.recall(
        module.memo, key, lambda: _read(index, module, symbol)
    )
    return found


def _read(index: Index, module: Module, symbol: Symbol) -> Owner | Blocked | None:
    klass = index.node(symbol)
    kept = self_sessions(module, klass) if isinstance(klass, ast.ClassDef) else {}
    if not kept or not isinstance(klass, ast.ClassDef):
        return None
    if len(kept) > 1 or index.subclasses(symbol):
        words = f"`{symbol.name}` keeps several sessions, or has subclasses"
        return Blocked("session-on-self", words, klass)
    ((attribute, made),) = kept.items()
    owner = Owner(symbol, attribute, made)
    names = {one.name for one in klass.body if isinstance(one, FunctionNode)}
    if not {ENTER, EXIT} <= names:
        words = f"`{symbol.name}` keeps a session, and no `with` around it closes that"
        return Blocked("session-on-self", words, klass)
    for method in klass.body:
        if isinstance(method, FunctionNode) and (blocked := _method(module, owner, method, kept)):
            return blocked
    return owner


def _method(
    module: Module, owner: Owner, method: FunctionNode, kept: dict[str, ast.Call]
) -> Blocked | None:
    """Look at every use of the session in a method."""
    turns = method.name in (ENTER, EXIT)
    for node in ast.walk(method):
        if not _is_kept(node, kept) or isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        attribute = scopes(module).parent(node)
        above = scopes(module).parent(attribute) if attribute else None
        if not isinstance(attribute, ast.Attribute):
            words = f"the session of `{owner.symbol.name}` goes elsewhere as a whole"
            return Blocked("session-escapes", words, node)
        called = isinstance(above, ast.Call) and above.func is attribute
        if attribute.attr in {*METHODS, "request"} and called:
            turns = True
        elif attribute.attr == "close" and isinstance(above, ast.Call):
            owner.closes.append(above)
            turns = True
        elif attribute.attr != "headers" or not sets_headers(module, above):
            words = f"`{attribute.attr}` of a session has no equal in aiohttp"
            return Blocked("session-attribute", words, attribute)
    if turns and method.name == "__init__":
        return Blocked("session-on-self", "`__init__` sends requests itself", method)
    if turns:
        owner.methods.append(Symbol(owner.symbol.path, f"{owner.symbol.name}.{method.name}"))
    return None


def apply_owner(draft: Draft, owner: Owner, sites: list[Site], strict: bool) -> None:
    """Write the session of a class for aiohttp."""
    module = draft.module
    draft.replace(module.span(owner.made), session_text(sites, strict))
    above = scopes(module).parent(owner.made)
    if (
        isinstance(above, ast.AnnAssign)
        and qualified_name(module, above.annotation) in REQUESTS.sessions
    ):
        draft.replace(module.span(above.annotation), "aiohttp.ClientSession")
    for call in owner.closes:
        draft.insert(module.span(call).start, "await ")
