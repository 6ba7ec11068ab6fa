"""Functions that stay as they are and run what was their body in an event loop: the roots."""

from __future__ import annotations

import ast

from lever_fix.domains.colour.rules import is_entry
from lever_fix.domains.colour.sites import Site, sites_of
from lever_fix.domains.http.calls import own_nodes
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


def cannot_be_shell(node: FunctionNode) -> tuple[str, str] | None:
    """Why an entry point cannot keep its place and run its body in a loop; None where it can."""
    first = node.args.args[:1]
    if first and first[0].arg in ("self", "cls"):
        return "entry-point", f"`{node.name}` is an entry point with a `{first[0].arg}`"
    if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in own_nodes(node)):
        return "generator", f"`{node.name}` is a generator"
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
