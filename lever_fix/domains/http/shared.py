"""Sessions of requests that a module makes on import, for functions of the whole project.

aiohttp's session belongs to one event loop, so a function takes the place of the name: it gives the
session of the loop that runs. Everybody who names the session has to follow, or none does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lever_fix.domains.colour.plan import Barrier
from lever_fix.domains.colour.rules import is_test
from lever_fix.domains.colour.sites import symbol_of
from lever_fix.domains.http.calls import Blocked
from lever_fix.domains.http.sessions import ATTRIBUTE_WORDS, is_login, sets_headers
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.http_calls import METHODS
from lever_fix.knowledge.http_libraries import REQUESTS
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import FunctionNode, scopes


@dataclass(frozen=True, eq=False)
class Use:
    """A place that names a shared session, by where it starts.

    Attributes:
        path: The file.
        start: Offset of the expression that is the session.
        end: Its end.
        receiver: What gives the session there.
        function: The function that sends with it; None for a setting on import.
    """

    path: str
    start: int
    end: int
    receiver: str
    function: Symbol | None = None


@dataclass(frozen=True, eq=False)
class Shared:
    """A session that is made on import, and everything that names it.

    Attributes:
        symbol: The name that holds it.
        uses: The calls that send on it.
        settings: The settings made on it: headers, or a name and a password.
        imports: Offsets of the names in import statements that bring it, by file.
    """

    symbol: Symbol
    uses: list[Use] = field(default_factory=list)
    settings: list[Use] = field(default_factory=list)
    imports: dict[str, set[tuple[int, int]]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The word that all its names are made of."""
        return self.symbol.name.strip("_").lower()

    @property
    def getter(self) -> str:
        """The name of the function that takes its place."""
        return f"{'_' if self.symbol.name.startswith('_') else ''}get_{self.base}"

    @property
    def headers(self) -> str:
        """The name of the headers that go with every call."""
        return f"_{self.base}_headers"

    @property
    def kept(self) -> str:
        """The name of the sessions by loop."""
        return f"_{self.base}_by_loop"

    @property
    def closing(self) -> str:
        """The name of the function that closes it."""
        return f"_close_{self.base}"

    @property
    def users(self) -> list[Symbol]:
        """The functions that send on it."""
        return list(dict.fromkeys(use.function for use in self.uses if use.function))


def find_shared(index: Index, symbol: Symbol) -> Shared | Barrier:
    """A session with everything that names it; or the place that cannot follow."""
    shared = Shared(symbol)
    barrier = _made(index, symbol)
    for path, starts in _mentions(index, symbol).items() if barrier is None else ():
        module = index.module(path)
        if module is not None and barrier is None:
            barrier = _in_module(shared, index, module, starts)
    barrier = barrier or _imported(shared, index) or _names_taken(shared, index)
    return barrier or shared


def _barrier(path: str, code: str, words: str, node: ast.AST) -> Barrier:
    return Barrier(Blocked(code, words, node), path, ("", path))


def statement_of(module: Module, name: str) -> ast.Assign | ast.AnnAssign:
    """The statement at module level that makes a session."""
    return next(
        one
        for one in module.tree.body
        if isinstance(one, ast.Assign | ast.AnnAssign)
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
        if isinstance(target, ast.Name) and target.id == name
    )


def _made(index: Index, symbol: Symbol) -> Barrier | None:
    module = index.module(symbol.path)
    assert module is not None
    known = scopes(module)
    statement = statement_of(module, symbol.name)
    made = statement.value
    several = isinstance(statement, ast.Assign) and len(statement.targets) > 1
    if several or len(known.bindings_in(known.top, symbol.name)) != 1:
        words = f"`{symbol.name}` holds something else at times"
        return _barrier(symbol.path, "module-session", words, statement)
    assert isinstance(made, ast.Call)
    if made.args or made.keywords or qualified_name(module, made.func) not in REQUESTS.sessions:
        words = "what the session is made with is not known"
        return _barrier(symbol.path, "unknown-arguments", words, made)
    exports = index.facts[symbol.path].exports or ()
    if symbol.name in exports:
        words = f"`{symbol.name}` is public by {symbol.path}, and who uses it is not known"
        return _barrier(symbol.path, "public-api", words, statement)
    return None


def _aliases(index: Index, name: str) -> set[str]:
    """The names under which modules may offer what has this name."""
    found = {name}
    while True:
        more = {
            bound
            for facts in index.facts.values()
            for bound, target in (*facts.imports.items(), *facts.aliases.items())
            if target.rpartition(".")[2] in found
        }
        if more <= found:
            return found
        found |= more


def _mentions(index: Index, symbol: Symbol) -> dict[str, set[int]]:
    """Where each file names the session, by offset."""
    names = _aliases(index, symbol.name)
    found: dict[str, set[int]] = {}
    for path, facts in index.facts.items():
        for mention in facts.mentions:
            parts = mention.target.split(".")
            if not names.isdisjoint(parts) and _means(index, mention.target, path, symbol):
                found.setdefault(path, set()).add(mention.start)
    return found


def _means(index: Index, target: str, path: str, symbol: Symbol) -> bool:
    known = index.resolve(target, path)
    return (
        isinstance(known, Symbol)
        and known.path == symbol.path
        and known.name.partition(".")[0] == symbol.name
    )


def _in_module(shared: Shared, index: Index, module: Module, starts: set[int]) -> Barrier | None:
    """Look at every place of one file that names the session."""
    known = scopes(module)
    for name, _ in known.loads:
        if module.span(name).start not in starts:
            continue
        node = _session_node(index, module, name, shared.symbol)
        if node is None:
            continue
        _note_import(shared, module, name)
        if barrier := _use(shared, module, node):
            return barrier
    return None


def _session_node(
    index: Index, module: Module, name: ast.Name, symbol: Symbol
) -> ast.Name | ast.Attribute | None:
    """The part of a chain of names that is the session itself."""
    node: ast.Name | ast.Attribute = name
    while index.symbol(module, node) != symbol:
        above = scopes(module).parent(node)
        if not isinstance(above, ast.Attribute):
            return None
        node = above
    return node


def _note_import(shared: Shared, module: Module, name: ast.Name) -> None:
    for binding in scopes(module).bindings(name):
        if isinstance(binding.node, ast.alias) and isinstance(binding.statement, ast.ImportFrom):
            imported = binding.node.name
            if imported == shared.symbol.name:
                span = module.span(binding.node)
                shared.imports.setdefault(module.path, set()).add((span.start, span.end))


def _use(shared: Shared, module: Module, node: ast.Name | ast.Attribute) -> Barrier | None:
    known, name = scopes(module), shared.symbol.name
    attribute, function = known.parent(node), known.function_of(node)
    span = module.span(node)
    if not isinstance(attribute, ast.Attribute):
        words = f"`{name}` goes elsewhere as a whole, where it is taken for another one"
        return _barrier(module.path, "session-escapes", words, node)
    above = known.parent(attribute)
    called = isinstance(above, ast.Call) and above.func is attribute
    if attribute.attr in {*METHODS, "request"} and called:
        if not isinstance(function, FunctionNode) or is_test(module, function):
            words = f"`{name}` is used where no event loop runs"
            return _barrier(module.path, "module-session", words, node)
        text = module.text[span.start : span.end].decode("utf-8")
        receiver = f"{text.rpartition('.')[0]}.{shared.getter}()".lstrip(".")
        use = Use(module.path, span.start, span.end, receiver, symbol_of(module, function))
        shared.uses.append(use)
        return None
    if function is None and module.path == shared.symbol.path:
        is_headers = attribute.attr == "headers" and sets_headers(module, above)
        if (is_headers and not _is_read(above)) or (attribute.attr == "auth" and is_login(above)):
            shared.settings.append(Use(module.path, span.start, span.end, shared.headers))
            return None
    words = ATTRIBUTE_WORDS.get(attribute.attr, f"`{attribute.attr}` of a session has no equal")
    if attribute.attr in ("headers", "auth"):
        words = f"`{attribute.attr}` is set or read here, when the session may not be open yet"
    return _barrier(module.path, "session-attribute", words, attribute)


def _is_read(above: ast.AST | None) -> bool:
    return isinstance(above, ast.Subscript) and isinstance(above.ctx, ast.Load)


def _imported(shared: Shared, index: Index) -> Barrier | None:
    """Note the imports of the name at module level; what offers it to others cannot follow."""
    symbol = shared.symbol
    for path, facts in index.facts.items():
        if any(index.layout.find(star, path) == symbol.path for star in facts.stars):
            words = f"{path} imports all of {symbol.path}, under names that are not seen"
            return _barrier(path, "session-escapes", words, ast.Pass())
        for bound, target in facts.imports.items():
            if target.rpartition(".")[2] not in _aliases(index, symbol.name):
                continue
            if index.resolve(target, path) != symbol:
                continue
            module = index.module(path)
            if module is None or path.endswith("__init__.py"):
                words = f"`{symbol.name}` is public by {path}, and who uses it is not known"
                return _barrier(path, "public-api", words, ast.Pass())
            for alias in _import_nodes(module, bound):
                if alias.name != symbol.name:
                    words = f"{path} imports `{symbol.name}` by another name than its own"
                    return _barrier(path, "session-escapes", words, alias)
                span = module.span(alias)
                shared.imports.setdefault(path, set()).add((span.start, span.end))
    return None


def _import_nodes(module: Module, bound: str) -> Iterator[ast.alias]:
    for node in scopes(module).top.names.get(bound, ()):
        if isinstance(node, ast.alias):
            yield node


def _names_taken(shared: Shared, index: Index) -> Barrier | None:
    """A file that has a name already that is to be new there."""
    new = {shared.getter}
    for path in {shared.symbol.path, *shared.imports}:
        module = index.module(path)
        assert module is not None
        own = {shared.headers, shared.kept, shared.closing} if path == shared.symbol.path else set()
        taken = {scope_name for scope in scopes(module).every for scope_name in scope.names}
        if both := taken & (new | own):
            words = f"{path} has a `{min(both)}` of its own"
            return _barrier(path, "names-taken", words, ast.Pass())
    return None


def receivers_in(shared: Iterable[Shared], path: str) -> dict[tuple[int, int], str]:
    """What gives the session in a file, by the place of the expression that names it."""
    return {
        (use.start, use.end): use.receiver for one in shared for use in one.uses if use.path == path
    }
