"""One function looked at whole: what becomes of its calls, or what stops all of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from lever_fix.domains.http import errors
from lever_fix.domains.http.arguments import decide
from lever_fix.domains.http.calls import NOTHING, Blocked, HttpCall, http_calls, own_nodes
from lever_fix.domains.http.flow import Flow
from lever_fix.domains.http.followed import follow, promises
from lever_fix.domains.http.forms import choose_form, name_hoisted, nest
from lever_fix.domains.http.places import in_text, nested_expression
from lever_fix.domains.http.sessions import sessions_in
from lever_fix.domains.http.sites import Site, Study
from lever_fix.domains.http.taken_names import other_uses
from lever_fix.domains.http.uses import Hands, Read, exactly, read_at, reads_of
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import Binding, FunctionNode, scopes


def study(
    module: Module,
    function: FunctionNode,
    awaited: frozenset[ast.AST] = frozenset(),
    exact: bool = False,
    library: Library = REQUESTS,
    given: Mapping[tuple[int, int], str] = NOTHING,
    flow: Flow | None = None,
) -> Study | Blocked:
    """Decide what becomes of every call in a function; or what stops the whole of it.

    Args:
        module: The module.
        function: The function.
        awaited: Calls in it of functions that are rewritten, too.
        exact: Whether an empty answer must be bad JSON, as a handler somewhere waits for it.
        library: The library of its calls.
        given: What gives the sessions made on import, where it names them.
        flow: The functions that responses come out of and go into.
    """
    found = Study(function, awaited={*awaited}, exact=exact, library=library)
    for call in http_calls(module, function, library, given):
        if isinstance(call, Blocked):
            return call
        site = _site(module, call, exact, flow.hand if flow else None)
        if isinstance(site, Blocked):
            return site
        found.sites.append(site)
    calls = [site.call for site in found.sites]
    sessions = sessions_in(module, function, calls, library) if calls else []
    if isinstance(sessions, Blocked):
        return sessions
    found.sessions = sessions
    if flow is not None and (blocked := follow(module, found, flow)):
        return blocked
    return _with_uses(module, found, flow)


def _with_uses(module: Module, found: Study, flow: Flow | None) -> Study | Blocked:
    function = found.function
    names = dict.fromkeys(one.name for one in found.sites if one.form in ("named", "with"))
    names |= dict.fromkeys(one.name for one in found.given)
    parameters = flow.parameters(module, function) if flow else set()
    for name in filter(None, [*names, *sorted(parameters)]):
        reads = _named_reads(module, found, name, parameters, flow.hand if flow else None)
        if isinstance(reads, Blocked):
            return reads
        found.reads[name] = reads
    if blocked := promises(module, found):
        return blocked
    found.responses = _responses_by_try(module, found)
    calls: set[ast.AST] = {site.call.node for site in found.sites} | found.awaited
    calls.update(one.whole for one in found.every_read if one.use is not None)
    calls.update(one.call for one in found.hands if one.call is not None)
    handlers = errors.handlers_in(
        module, list(own_nodes(function)), found.responses, calls, found.library
    )
    if isinstance(handlers, Blocked):
        return handlers
    found.handlers = handlers
    found.named, blocked = errors.other_names(module, function, _handled(found), found.library)
    if blocked is not None:
        return blocked
    if found.named and (asked := _asked_elsewhere(found)):
        words = "an error is asked for its response outside a handler, by a retry predicate, say"
        return Blocked("error-response", words, asked)
    for site in found.sites:
        if blocked := choose_form(module, found, site):
            return blocked
    nest(module, found)
    name_hoisted(found)
    return found


def _asked_elsewhere(found: Study) -> ast.AST | None:
    """A use of `error.response` that is in no handler of the function itself."""
    known = {
        id(node)
        for handler in found.handlers
        for part, _ in handler.fields
        for node in ast.walk(part)
    }
    known |= {id(node) for handler in found.handlers for node, _ in handler.reads}
    for node in ast.walk(found.function):
        if isinstance(node, ast.Attribute) and node.attr == "response" and id(node) not in known:
            return node
    return None


def _handled(found: Study) -> set[ast.AST]:
    """Nodes that need no further look: called functions, and what handlers name."""
    nodes: set[ast.AST] = {site.call.node.func for site in found.sites}
    for session in found.sessions:
        nodes.update(ast.walk(session.made))
    for site in found.sites:
        if auth := site.call.argument("auth"):
            nodes.update(ast.walk(auth.value))
    nodes.update(found.types)
    for node in ast.walk(found.function):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            nodes.update(ast.walk(node.type))
    for handler in found.handlers:
        nodes.update(node for node, _ in handler.fields)
    return nodes


def _site(module: Module, call: HttpCall, exact: bool, hands: Hands | None) -> Site | Blocked:
    """A call with the way its response is used."""
    known = scopes(module)
    whole = call.whole
    if in_text(module, call.node):
        return Blocked("in-f-string", "the call stands in an f-string", call.node)
    decision = decide(module, call)
    if isinstance(decision, Blocked):
        return decision
    statement, above = known.statement(whole), known.parent(whole)
    site = Site(call, decision, statement, "")
    if where := nested_expression(module, call.node):
        return Blocked("no-await-here", f"`await` cannot stand in {where}", call.node)
    match above:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            site.form, site.name = "named", name
        case ast.withitem():
            return _with_site(module, site, above)
        case ast.Expr():
            site.form = "discarded"
        case _:
            read = read_at(module, whole, call.library, "the response", hands)
            if isinstance(read, Blocked):
                return Blocked(read.code, read.words, call.node)
            if read.use is None and read.hand is None:
                return Blocked("response-escapes", "the response goes elsewhere", call.node)
            site.form, site.reads = "chained", [exactly(read, exact)]
    return site


def _with_site(module: Module, site: Site, item: ast.withitem) -> Site | Blocked:
    statement = site.statement
    assert isinstance(statement, ast.With | ast.AsyncWith)
    if len(statement.items) > 1:
        words = "the `with` opens other things besides, which `async with` cannot"
        return Blocked("with-items", words, statement)
    if item.optional_vars is not None and not isinstance(item.optional_vars, ast.Name):
        return Blocked("with-items", "the response is unpacked", statement)
    site.form, site.last = "with", statement
    site.name = item.optional_vars.id if item.optional_vars is not None else ""
    return site


def _named_reads(
    module: Module, found: Study, name: str, parameters: set[str], hands: Hands | None
) -> list[Read] | Blocked:
    """The uses of a name, which nothing but responses and None may be bound to.

    What is read from a response may take its name over: `answer = answer.json()`.
    """
    own = scopes(module).own_scope(found.function)
    assert own is not None
    made: set[ast.stmt] = {one.statement for one in found.sites if one.name == name}
    made |= {one.statement for one in found.given if one.name == name}
    bindings = scopes(module).bindings_in(own, name)
    if any(one.kind == "parameter" or _is_none(one) for one in bindings):
        found.careful.add(name)
    rebound = [
        one
        for one in bindings
        if not _is_free(one, made) and not (one.kind == "parameter" and name in parameters)
    ]
    if name in own.globals or name in own.nonlocals:
        return Blocked("response-escapes", f"`{name}` is not a local variable", found.function)
    others: set[ast.AST] = set()
    if rebound:
        binders = {one.statement for one in bindings}
        uses = other_uses(module, found.function, name, made, binders)
        if not isinstance(uses, set):
            words = f"`{name}` holds something else at times, and here it may be either"
            return Blocked("response-rebound", words, uses)
        others = uses
    return reads_of(module, found.function, name, found.library, others, hands)


def _is_free(binding: Binding, made: set[ast.stmt]) -> bool:
    """True for a binding to a response, to nothing, or to None."""
    return binding.statement in made or binding.kind == "annotation" or _is_none(binding)


def _is_none(binding: Binding) -> bool:
    value = getattr(binding.statement, "value", None)
    return isinstance(value, ast.Constant) and value.value is None


def _responses_by_try(module: Module, found: Study) -> dict[ast.Try, str]:
    """The one response that a `try` asks for its status, which its errors would hold."""
    names: dict[ast.Try, set[str]] = {}
    for name, reads in found.reads.items():
        for read in reads:
            if _asks_status(read):
                for around in scopes(module).ancestors(read.whole):
                    if isinstance(around, ast.Try):
                        names.setdefault(around, set()).add(name)
    return {around: one.pop() for around, one in names.items() if len(one) == 1}


def _asks_status(read: Read) -> bool:
    func = read.whole.func if isinstance(read.whole, ast.Call) else None
    return isinstance(func, ast.Attribute) and func.attr == "raise_for_status"
