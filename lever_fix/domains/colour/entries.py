"""Entry points: they stay as they are, and an event loop is started in them."""

from __future__ import annotations

import ast

from lever_fix.domains.colour.rules import is_entry
from lever_fix.domains.colour.sites import Site, sites_of
from lever_fix.domains.http.calls import own_nodes
from lever_fix.domains.http.places import in_loop, is_findable, nested_expression
from lever_fix.index.index import Index, Symbol
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes

ENTRY_NAMES = frozenset({"main"})
THREADS = frozenset({"threading.Thread", "multiprocessing.Process"})


def is_shell(index: Index, module: Module, node: FunctionNode, symbol: Symbol) -> bool:
    """True for what is called from outside: a command, a task, a thread's work, a script's main."""
    if is_entry(index, module, node):
        return True
    if "." in symbol.name:
        return False
    sites = list(sites_of(index, symbol))
    if any(isinstance(one.function, ast.AsyncFunctionDef) for one in sites):
        return False
    return node.name in ENTRY_NAMES or any(
        (one.call is None and _is_threads_work(index, one))
        or (one.call is not None and one.function is None and _under_main(one.module, one.call))
        for one in sites
    )


def _is_threads_work(index: Index, site: Site) -> bool:
    known = scopes(site.module)
    keyword = known.parent(site.node)
    call = known.parent(keyword) if isinstance(keyword, ast.keyword) else None
    return isinstance(call, ast.Call) and index.resolve_in(site.module, call.func) in THREADS


def cannot_be_shell(node: FunctionNode, again: list[Site]) -> tuple[str, str] | None:
    """Why the body of an entry point cannot move into an async function; None where it can."""
    first = node.args.args[:1]
    if first and first[0].arg in ("self", "cls"):
        return "entry-point", f"`{node.name}` is an entry point with a `{first[0].arg}`"
    if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in own_nodes(node)):
        return "generator", f"`{node.name}` is a generator"
    for site in again:
        place = site.call and not nested_expression(site.module, site.call)
        if not (place and is_findable(site.module, site.node)) or node.decorator_list:
            return "entry-point", f"`{node.name}` is an entry point that calls itself"
    return None


def _under_main(module: Module, node: ast.AST) -> bool:
    """True under `if __name__ == "__main__":`, where no loop runs yet."""
    return any(
        isinstance(one, ast.If)
        and isinstance(one.test, ast.Compare)
        and isinstance(one.test.left, ast.Name)
        and one.test.left.id == "__name__"
        for one in scopes(module).ancestors(node)
    )


def runs_in_place(index: Index, site: Site, leading: frozenset[Symbol]) -> bool:
    """Whether an entry point starts the loop for one call, and not for the whole of its body.

    So it does where much else happens in it, which may start a loop of its own: a prompt, a server.

    Args:
        index: The project.
        site: A call in a function.
        leading: Every function that may come to send a request.
    """
    module, function = site.module, site.function
    symbol = site.symbol
    if not isinstance(function, ast.FunctionDef) or symbol is None:
        return False
    key = ("runs-in-place", function)

    def make() -> bool:
        shell = is_shell(index, module, function, symbol)
        return shell and _does_much(index, module, function, leading)

    found: bool = index.recall(module.memo, key, make)
    return found


def _does_much(
    index: Index, module: Module, function: FunctionNode, leading: frozenset[Symbol]
) -> bool:
    """True where several calls lead to unknown or other code, and none to requests in a loop."""
    known = scopes(module)
    methods = {one.name.rpartition(".")[2] for one in leading}
    count = 0
    for node in own_nodes(function):
        if not isinstance(node, ast.Call):
            continue
        called = index.resolve_in(module, node.func)
        if isinstance(called, str):
            continue
        count += 1
        sends = called in leading if called is not None else _last_name(node.func) in methods
        if sends and (in_loop(module, known.statement(node)) or nested_expression(module, node)):
            return False
    return count > 1


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def callers_of(index: Index, symbol: Symbol) -> set[Symbol]:
    """All functions that lead to a function by calls that are known for certain, and itself."""
    found: set[Symbol] = set()
    pending = [symbol]
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            sites = (site for site in index.callers(one) if site.certain and site.mention.is_call)
            pending += [Symbol(site.path, site.mention.scope) for site in sites]
    return found
