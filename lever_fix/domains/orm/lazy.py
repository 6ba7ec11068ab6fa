"""Findings for relationships that are read row by row: the option that loads them with the rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from lever_fix.domains.orm.gates import expired, reasons
from lever_fix.domains.orm.known import known_value
from lever_fix.domains.orm.layout import RefusedError
from lever_fix.domains.orm.needs import Need, needs, path_of
from lever_fix.domains.orm.placing import Placed, functions_of, place
from lever_fix.domains.orm.refreshes import without_refreshes
from lever_fix.domains.orm.trace import Touched
from lever_fix.domains.orm.values import MappedName, Site
from lever_fix.domains.orm.walk import Walk
from lever_fix.index.index import Index, Symbol
from lever_fix.model import Finding, Fix, Needs, Refusal, Safety, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes

_OPAQUE = {
    "opaque": "a method of the statement is not known, and may add options of its own",
    "opaque-options": "it has options that could not be followed, and two for one path may clash",
}
_MOST = 6
"""Reasons shown; whoever reads six needs no seventh."""
_TOO_MANY = 12
"""Doubts from which on nobody could check them all: the fix is described, and not offered."""
_WIDE = 8
"""Paths above which loading all of them for every row may well cost more than it saves."""
_REFUSED = {
    "union": ("union", "options inside a union are dropped"),
    "wildcard": ("explicit", "a wildcard option says how everything else is loaded, on purpose"),
}


def lazy_findings(walk: Walk, index: Index, width: int) -> Iterator[Finding | Refusal]:
    """What is found in one walk: one finding for each query whose rows are asked one by one."""
    for need in needs(walk):
        yield _finding(need, index, width)


def _finding(need: Need, index: Index, width: int) -> Finding | Refusal:
    module, span = _place(need)
    statement = need.fetch.statement
    for hazard, refusal in _REFUSED.items():
        if hazard in statement.hazards:
            return module.refusal(span, *refusal)
    if not _is_named(need):
        return _for_any_model(need)
    only_told = [why for hazard, why in _OPAQUE.items() if hazard in statement.hazards]
    only_told += filter(None, [expired(need)])
    try:
        placed = place(need, width)
        removed = [] if only_told else list(without_refreshes(need))
    except RefusedError as refused:
        return module.refusal(span, refused.code, refused.why)
    message = _message(need, placed)
    if only_told:
        return module.finding(span, message, safety=Safety.DISPLAY, reasons=tuple(only_told))
    why = list(dict.fromkeys([*placed.reasons, *_elsewhere(need, index), *reasons(need)]))
    wide = len(need.paths) > _WIDE
    if wide or len(why) >= _TOO_MANY:
        much = (
            [f"{len(need.paths)} paths for each row may cost more than they save"] if wide else []
        )
        return module.finding(span, message, safety=Safety.DISPLAY, reasons=_shown([*much, *why]))
    target = statement.sites[0].module
    edits = (*placed.edits, *(edit for one in removed for edit in one.edits))
    names = tuple(name for one in removed for name in one.names)
    fix_needs = [Needs(target.path, imports=tuple(placed.imports))]
    if names and target is module:
        fix_needs = [Needs(target.path, imports=tuple(placed.imports), names_bound=names)]
    elif names:
        fix_needs.append(Needs(module.path, names_bound=names))
    finding = module.finding(
        span,
        message,
        safety=Safety.UNSAFE if why else Safety.SAFE,
        reasons=_shown(why),
        fix=Fix(edits, tuple(fix_needs)),
    )
    return _with_symbols(finding, need)


def _shown(why: list[str]) -> tuple[str, ...]:
    """The reasons, or the first of many."""
    if len(why) <= _MOST:
        return tuple(why)
    return (*why[: _MOST - 1], f"and {len(why) - _MOST + 1} more of the kind")


def _is_named(need: Need) -> bool:
    """Whether the statement names its class itself: one for any model is no place for options."""
    statement, world = need.fetch.statement, need.walk.world
    for site in statement.sites:
        source = statement.sources[need.column]
        entity = statement.entities[need.column]
        value = known_value(world, site.module, source)
        is_alias = entity is not None and entity.alias != ""
        if entity is None or not (is_alias or value == entity or _is_own(site, source, entity)):
            return False
    return True


def _is_own(site: Site, source: ast.expr, entity: MappedName) -> bool:
    """Whether a class method queries the class that it is of: `select(cls)`."""
    scope = scopes(site.module).scope_of(source).function
    owner = scope.parent if scope else None
    is_cls = isinstance(source, ast.Name) and source.id == "cls"
    return is_cls and owner is not None and (
        entity.key == f"{site.module.path}::{owner.qualified_name}"
    )  # fmt: skip


def _for_any_model(need: Need) -> Finding:
    module, span = _place(need)
    names = ", ".join(dict.fromkeys(_name(one) for one in need.touches))
    return module.finding(
        span,
        f"{names} read row by row, a query for each; load with the rows",
        safety=Safety.DISPLAY,
        reasons=("the query is for whatever class it is given, and options are for one",),
    )


def _with_symbols(finding: Finding, need: Need) -> Finding:
    """What the finding read and writes, so that no other fix of the same round goes against it."""
    frames = {frame for touch in need.touches for frame in touch.frame.chain()}
    frames |= set(need.event.frame.chain())
    read = {f"{frame.module.path}::{frame.name}" for frame in frames if frame.name}
    return msgspec.structs.replace(finding, reads=tuple(sorted(read)))


def _place(need: Need) -> tuple[Module, Span]:
    """Where the finding is shown: the first reading, or the call that leads to it."""
    root, touch = need.walk.root, need.first
    chain = touch.frame.chain()
    node = chain[1].call if len(chain) > 1 and chain[1].call is not None else touch.node
    if touch.how == "response":
        node = need.fetch.site.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return root.module, root.module.span(node)
    return root.module, _trusted(root.module, node)


def _trusted(module: Module, node: ast.AST) -> Span:
    """The span of a node, or of the f-string around it, in which places cannot be trusted."""
    for one in scopes(module).ancestors(node):
        if isinstance(one, ast.JoinedStr):
            return module.span(one)
        if isinstance(one, ast.stmt):
            break
    return module.span(node)


def _message(need: Need, placed: Placed) -> str:
    names = list(dict.fromkeys(_name(one) for one in need.touches if path_of(one) in _all(need)))
    listed = " and ".join(", ".join(names).rsplit(", ", 1)) if len(names) > 1 else names[0]
    verb = "are" if len(names) > 1 else "is"
    option = ", ".join(f"`{one}`" for one in placed.texts)
    lazily = need.fetch.is_async and any(one.how in ("attribute", "schema") for one in need.touches)
    if lazily:
        return f"{listed} {verb} read lazily, which raises MissingGreenlet; load with {option}"
    return f"{listed} {verb} read row by row, a query for each; load with {option}"


def _all(need: Need) -> set[tuple[str, ...]]:
    return {path[: at + 1] for path in need.paths for at in range(len(path))}


def _name(touch: Touched) -> str:
    owner = touch.relationship.owner.rpartition("::")[2]
    return f"`{owner}.{touch.relationship.name}`"


def _elsewhere(need: Need, index: Index) -> Iterator[str]:
    """The query is built in another function: who else calls it pays for what it loads."""
    root = need.walk.root
    for module, node in functions_of(need):
        if node is root.node or isinstance(node, ast.Module) or _is_nested(module, node, root.node):
            continue
        scope = scopes(module).own_scope(node)
        name = scope.qualified_name if scope else ""
        others = sorted(
            _callers(index, Symbol(module.path, name), f"{root.module.path}::{root.name}")
        )
        text = f"the query is in `{name}` of {module.path}"
        if others:
            listed = ", ".join(f"`{one}`" for one in others[:4])
            more = f" and {len(others) - 4} more" if len(others) > 4 else ""
            yield f"{text}, and {listed}{more} would load the same without need"
        else:
            yield f"{text}, which other code may call"


def _callers(index: Index, symbol: Symbol, own: str) -> set[str]:
    return {
        name
        for site in index.callers(symbol)
        if (name := f"{site.path}::{site.mention.scope}") != own
    }


def _is_nested(module: Module, node: ast.AST, outer: ast.AST) -> bool:
    return any(one is outer for one in scopes(module).ancestors(node))
