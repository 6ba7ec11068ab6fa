"""What a function makes of responses that others give to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from lever_fix.domains.draft import Draft
from lever_fix.domains.http.calls import Blocked, own_nodes
from lever_fix.domains.http.flow import Flow
from lever_fix.domains.http.places import nested_expression
from lever_fix.domains.http.sites import Given, Study
from lever_fix.domains.http.uses import Read, exactly, handlers_around, read_at
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

RESPONSES = frozenset({"requests.Response", "requests.models.Response", "httpx.Response"})
TYPE = "aiohttp.ClientResponse"


def follow(module: Module, found: Study, flow: Flow) -> Blocked | None:
    """Find the calls that responses come of, and the annotations that tell of them."""
    for call in flow.given_calls(module, found.function):
        given = _given(module, call, found, flow)
        if isinstance(given, Blocked):
            return given
        found.given.append(given)
        if given.name and not flow.always(module, call):
            found.careful.add(given.name)
    found.types = list(_types(module, found, flow))
    return None


def _given(module: Module, call: ast.Call, found: Study, flow: Flow) -> Given | Blocked:
    known = scopes(module)
    above = known.parent(call)
    whole: ast.expr = above if isinstance(above, ast.Await) else call
    callee = flow.callee(module, call)
    is_async = isinstance(flow.index.node(callee), ast.AsyncFunctionDef) if callee else False
    if is_async is not (whole is above):
        return Blocked("not-awaited", "it is awaited elsewhere, as a coroutine or a task", call)
    given = Given(call, known.statement(call))
    match known.parent(whole):
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            given.name = name
        case ast.Expr():
            pass
        case _:
            read = read_at(module, whole, found.library, "the response", flow.hand)
            if isinstance(read, Blocked):
                return Blocked(read.code, read.words, call)
            if read.truth and not flow.always(module, call):
                words = "the response may be None here, which has no `ok`"
                return Blocked("response-escapes", words, call)
            if where := nested_expression(module, call):
                return Blocked("no-await-here", f"`await` cannot stand in {where}", call)
            given.reads = [exactly(read, found.exact)]
    return given


def _types(module: Module, found: Study, flow: Flow) -> Iterator[ast.expr]:
    """The names of the library's response in annotations of what holds one."""
    function = found.function
    names = flow.parameters(module, function)
    holders = {one.name for one in found.sites} | {one.name for one in found.given}
    annotations: list[ast.expr | None] = []
    arguments = function.args
    for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        annotations += [one.annotation] if one.arg in names else []
    annotations.append(function.returns)
    for node in ast.walk(function):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            annotations += [node.annotation] if node.target.id in holders else []
    for annotation in filter(None, annotations):
        for node in ast.walk(annotation):
            if isinstance(node, ast.Name | ast.Attribute):
                if qualified_name(module, node) in RESPONSES:
                    yield node
            elif isinstance(node, ast.Constant) and node.value in RESPONSES:
                yield node


def promises(module: Module, found: Study) -> Blocked | None:
    """An annotation that promises a response, where none is returned."""
    function, gives = found.function, any(one.call is None for one in found.hands)
    inside = {id(node) for node in ast.walk(function.returns)} if function.returns else set()
    told = [node for node in found.types if id(node) in inside]
    if told and not gives:
        text = module.text[module.span(told[0]).start : module.span(told[0]).end].decode()
        return Blocked("requests-object", f"`{text}` has no equal in aiohttp", told[0])
    return None


def returns_else(found: Study) -> ast.expr | None:
    """Something else that a function returns besides a response or None."""
    gives = {id(one.node) for one in found.hands if one.call is None}
    for node in own_nodes(found.function):
        value = node.value if isinstance(node, ast.Return) else None
        is_none = isinstance(value, ast.Constant) and value.value is None
        if value is not None and not is_none and id(value) not in gives:
            return value
    return None


def apply_types(draft: Draft, found: Study) -> None:
    """Write the annotations for aiohttp."""
    for node in found.types:
        text = f'"{TYPE}"' if isinstance(node, ast.Constant) else TYPE
        draft.replace(draft.module.span(node), text)


def apply_truth(draft: Draft, read: Read, name: str) -> None:
    """Write the truth of a response that may be None."""
    module = draft.module
    above = scopes(module).parent(read.whole)
    alone = isinstance(above, ast.If | ast.While | ast.Assert | ast.IfExp)
    text = f"{name} is not None and {name}.ok"
    draft.replace(module.span(read.whole), text if alone else f"({text})")


def given_up(studies: Sequence[tuple[Module, Study]]) -> tuple[Module, Read] | None:
    """A use of the bytes of a body that aiohttp may have given up by then.

    A status that was found wrong gives the body up, and so does `close()`; only its text can still
    be had. Whether that comes first is not followed through several functions.
    """
    escaping = [(module, read) for module, found in studies for read in _escaping(found)]
    late = [one for one in escaping if one[1].use is not None and ".read()" in one[1].use.text]
    return late[0] if late and any(_may_give_up(*one) for one in escaping) else None


def _escaping(found: Study) -> Iterator[Read]:
    """The uses of responses that are known in several functions."""
    parameters = {one.arg for one in ast.walk(found.function.args) if isinstance(one, ast.arg)}
    others = parameters | {one.name for one in found.given}
    for name, reads in found.reads.items():
        if name in others or any(one.hand is not None for one in reads):
            yield from reads
    for given in found.given:
        yield from given.reads


def _may_give_up(module: Module, read: Read) -> bool:
    """True for `close()`, and for a status asked for where an error may be caught."""
    func = read.whole.func if isinstance(read.whole, ast.Call) else None
    attribute = func.attr if isinstance(func, ast.Attribute) else ""
    if attribute == "close":
        return True
    handed = read.hand is not None and read.hand.call is not None
    # An error that a function ends with for itself is one that no one goes on after.
    ends = ast.Raise if handed or _is_parameter(module, read.response) else ast.Raise | ast.Return
    return (handed or attribute == "raise_for_status") and any(
        not isinstance(one.body[-1], ends) for one in handlers_around(module, read.whole)
    )


def _is_parameter(module: Module, node: ast.expr) -> bool:
    """True for a response that whoever called the function has, too."""
    return isinstance(node, ast.Name) and any(
        one.kind == "parameter" for one in scopes(module).bindings(node)
    )
