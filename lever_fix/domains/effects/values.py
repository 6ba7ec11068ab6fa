"""What an expression holds: of which class it is, and who else has it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from lever_fix.domains.effects.annotations import annotated, assigned
from lever_fix.domains.effects.attributes import attribute_classes
from lever_fix.domains.effects.calls import arguments_of, edge_to, first_parameter
from lever_fix.domains.effects.model import (
    OWN,
    ClassName,
    Edge,
    Frame,
    Held,
    Origin,
    merged,
    translated,
)
from lever_fix.domains.effects.resources import may_be_resource
from lever_fix.domains.effects.trail import once
from lever_fix.index.index import Symbol
from lever_fix.knowledge.effect_functions import COPIES, FRESH_MODULES, NEW_METHODS, PURE_METHODS
from lever_fix.knowledge.effects import RETURNS, canonical, is_known, returned
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import Binding, FunctionNode, Scope, scopes

DEEPEST = 20
"""Values of values followed; what is deeper is not known."""

_FRESH = (
    ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp,
    ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.Compare, ast.UnaryOp, ast.BinOp,
)  # fmt: skip
"""Expressions whose value nobody else has."""


def held(frame: Frame, node: ast.expr, depth: int = DEEPEST) -> Held:
    """What an expression of a function holds."""
    notes = frame.notes
    found = notes.known.get(node)
    if found is not None:
        return found
    if notes.round is None:
        return _in_rounds(frame, node, depth)
    found = notes.round.get(node)
    if found is None:
        found = notes.round[node] = _held(frame, node, depth)
    return found


def _in_rounds(frame: Frame, node: ast.expr, depth: int) -> Held:
    notes = frame.notes
    while True:
        notes.round, notes.changed = {}, False
        notes.followed.clear()
        found = notes.round[node] = _held(frame, node, depth)
        if not notes.changed:
            break
    notes.known |= notes.round
    notes.round = None
    return found


def _held(frame: Frame, node: ast.expr, depth: int) -> Held:
    if depth == 0:
        return Held(origins=frozenset({Origin("unknown", ast.unparse(node)[:40])}))
    match node:
        case ast.Await(value=value) | ast.NamedExpr(value=value) | ast.Starred(value=value):
            return held(frame, value, depth)
        case ast.Name():
            return _name(frame, node, depth)
        case ast.Attribute():
            return _attribute(frame, node, depth)
        case ast.Subscript(value=value):
            return Held(origins=held(frame, value, depth - 1).origins)
        case ast.BoolOp(values=values):
            return merged(held(frame, one, depth - 1) for one in values)
        case ast.IfExp(body=body, orelse=orelse):
            return merged(held(frame, one, depth - 1) for one in (body, orelse))
        case ast.Call():
            return _call(frame, node, depth)
    if isinstance(node, _FRESH):
        return Held()
    return Held(origins=frozenset({Origin("unknown", ast.unparse(node)[:40])}))


def _name(frame: Frame, node: ast.Name, depth: int) -> Held:
    known = scopes(frame.module)
    owner = known.resolve(node)
    if owner is None:
        return Held(frozenset({f"builtins.{node.id}"}), is_class=True)
    if owner.kind in ("module", "class"):
        return _global(frame, node, depth)
    if owner.kind == "function" and owner.node is not frame.function and _is_outside(frame, owner):
        return _closure(frame, node, owner, depth)
    return merged(
        _bound(frame, one, depth) for one in known.bindings(node) if one.kind != "annotation"
    )


def _is_outside(frame: Frame, owner: Scope) -> bool:
    """True where the scope is around the frame's function, not inside it."""
    known = scopes(frame.module)
    return frame.function is not None and owner.node in set(known.ancestors(frame.function))


def _closure(frame: Frame, node: ast.Name, owner: Scope, depth: int) -> Held:
    """A local of the function around: others have it, whatever it is."""
    assert isinstance(owner.node, FunctionNode)
    outer = Frame(frame.index, frame.module, owner.node, Symbol(frame.symbol.path, ""))
    found = [
        _bound(outer, one, depth - 1)
        for one in scopes(frame.module).bindings(node)
        if one.kind not in ("annotation", "def")
    ]
    classes = merged(found).classes if found else frozenset[ClassName]()
    return Held(classes, frozenset({Origin("closure", node.id)}))


def _global(frame: Frame, node: ast.expr, depth: int) -> Held:
    name = qualified_name(frame.module, node)
    found = frame.index.resolve(name, frame.module.path) if name else None
    if isinstance(found, str):
        origin = frozenset({Origin("global", found)})
        is_class = found.rpartition(".")[2][:1].isupper()
        return Held(frozenset({canonical(found)} if is_class else ()), origin, is_class)
    if found is None:
        return Held(origins=frozenset({Origin("global", name or ast.unparse(node)[:40])}))
    return of_symbol(frame, found)


def of_symbol(frame: Frame, symbol: Symbol) -> Held:
    """What a module-level name of the project holds."""
    origin = frozenset({Origin("global", symbol.id)})
    if frame.index.klass(symbol):
        return Held(frozenset({symbol}), origin, is_class=True)
    if frame.index.function(symbol):
        return Held(frozenset(), origin)
    key = "global-classes", symbol
    found = once(frame.index, key, lambda: _global_classes(frame, symbol))
    return Held(found or frozenset(), origin)


def _global_classes(frame: Frame, symbol: Symbol) -> frozenset[ClassName]:
    """The classes of a module-level variable: as annotated, or of what is assigned to it."""
    value = assigned(frame.index, symbol)
    module = frame.index.module(symbol.path)
    if value is None or module is None:
        return frozenset()
    statement = scopes(module).statement(value)
    declared = statement.annotation if isinstance(statement, ast.AnnAssign) else None
    inner = Frame(frame.index, module, None, Symbol(symbol.path, ""))
    return annotated(frame.index, module, declared) or held(inner, value).classes


def _bound(frame: Frame, binding: Binding, depth: int) -> Held:
    """What one binding gives a name; what is known so far where it is followed already."""
    notes = frame.notes
    before = notes.bindings.get(binding.node, Held(origins=frozenset()))
    if binding.node in notes.followed:
        return before
    notes.followed.add(binding.node)
    found = merged((before, _followed(frame, binding, depth)))
    if found != before:
        notes.bindings[binding.node], notes.changed = found, True
    return found


def _followed(frame: Frame, binding: Binding, depth: int) -> Held:
    match binding.kind:
        case "parameter":
            return _parameter(frame, binding)
        case "def" | "class" | "except":
            return Held()
        case "import":
            assert isinstance(binding.node, ast.alias)
            return Held(origins=frozenset({Origin("global", binding.name)}))
    statement, known = binding.statement, scopes(frame.module)
    above = known.parent(binding.node)
    match above:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            found = held(frame, value, depth - 1)
            declared = getattr(above, "annotation", None)
            classes = annotated(frame.index, frame.module, declared) if declared else frozenset()
            return Held(classes or found.classes, found.origins, found.is_class)
        case ast.NamedExpr(value=value):
            return held(frame, value, depth - 1)
        case ast.AugAssign():
            return Held()
        case ast.withitem(context_expr=context):
            return entered(frame, context, depth - 1)
        case ast.For(iter=source) | ast.AsyncFor(iter=source) | ast.comprehension(iter=source):
            return Held(origins=held(frame, source, depth - 1).origins)
    if isinstance(statement, ast.Assign):  # unpacked
        return Held(origins=held(frame, statement.value, depth - 1).origins)
    if isinstance(statement, ast.For | ast.AsyncFor):
        return Held(origins=held(frame, statement.iter, depth - 1).origins)
    return Held(origins=frozenset({Origin("unknown", binding.name)}))


def _parameter(frame: Frame, binding: Binding) -> Held:
    assert isinstance(binding.node, ast.arg)
    if binding.scope.node is not frame.function:  # of a nested function, whoever calls that
        classes = annotated(frame.index, frame.module, binding.node.annotation)
        return Held(classes, frozenset({Origin("unknown", binding.name)}))
    kind, owner = first_parameter(frame, binding.node)
    if owner is not None and kind == "self":
        return Held(frozenset({owner}), frozenset({Origin("self")}))
    if owner is not None and kind == "cls":
        return Held(frozenset({owner}), frozenset({Origin("global", owner.id)}), is_class=True)
    classes = annotated(frame.index, frame.module, binding.node.annotation)
    return Held(classes, frozenset({Origin("parameter", binding.name)}))


def entered(frame: Frame, context: ast.expr, depth: int) -> Held:
    """What `with context as x` gives: what a generator yields, or the thing itself."""
    return held(frame, context, depth)


def _attribute(frame: Frame, node: ast.Attribute, depth: int) -> Held:
    name = qualified_name(frame.module, node)
    if name is not None:
        found = frame.index.resolve(name, frame.module.path)
        if isinstance(found, Symbol) and found.name and _is_whole(frame, found):
            return of_symbol(frame, found)
        if isinstance(found, str):
            return _global(frame, node, depth)
    base = held(frame, node.value, depth - 1)
    classes: set[ClassName] = set()
    for owner in base.classes:
        if isinstance(owner, Symbol):
            classes |= attribute_classes(frame.index, owner, node.attr, held)
    origins = frozenset(_attribute_origin(one, node.attr) for one in base.origins)
    return Held(frozenset(classes), origins)


def _is_whole(frame: Frame, symbol: Symbol) -> bool:
    """True for a name at the top of a module, not an attribute of something there."""
    index = frame.index
    return bool(
        index.klass(symbol)
        or index.function(symbol)
        or ("." not in symbol.name and index.variable(symbol) is not None)
    )


def _attribute_origin(origin: Origin, name: str) -> Origin:
    if origin.kind != "self" or origin.name.count(".") > 1:
        return origin
    return Origin("self", f"{origin.name}.{name}".lstrip("."))


def _call(frame: Frame, node: ast.Call, depth: int) -> Held:
    name = qualified_name(frame.module, node.func)
    found = frame.index.resolve(name, frame.module.path) if name else None
    if isinstance(found, Symbol):
        if frame.index.klass(found):
            return _constructed(frame, found, node, depth)
        if frame.index.function(found):
            edge = edge_to(frame, found, node, None, lambda one: held(frame, one, depth - 1))
            return _returned(frame, edge, depth)
    elif isinstance(found, str):
        return _external(frame, found, node, depth)
    if isinstance(node.func, ast.Attribute):
        return _method(frame, node, node.func, depth)
    callee = held(frame, node.func, depth - 1)
    return _instance_call(frame, callee, "__call__", node, depth)


def _constructed(frame: Frame, owner: ClassName, node: ast.Call, depth: int) -> Held:
    """A new object: nobody has it, but others may have what it was given."""
    shared = {
        origin
        for argument in arguments_of(node)
        for origin in held(frame, argument, depth - 1).origins
        if origin.kind != "own" and _carries(frame, argument, depth)
    }
    return Held(frozenset({owner}), frozenset(shared or {OWN}))


def _carries(frame: Frame, argument: ast.expr, depth: int) -> bool:
    """Whether what is handed to a constructor may be a thing that others use as well."""
    return may_be_resource(frame, argument, held(frame, argument, depth - 1))


def _external(frame: Frame, name: str, node: ast.Call, depth: int) -> Held:
    short = canonical(name)
    if short in RETURNS:
        return Held(frozenset({RETURNS[short]}))
    if name.startswith("builtins.") and name.rpartition(".")[2] in COPIES:
        return Held(frozenset({name}))
    if name.rpartition(".")[0] in FRESH_MODULES or name == "copy.deepcopy":
        return Held(frozenset({short}) if short[short.find(".") + 1].isupper() else frozenset())
    if is_known(short) or name.rpartition(".")[2][:1].isupper():
        return _constructed(frame, short, node, depth)
    if isinstance(node.func, ast.Attribute) and "." in name:
        owner = canonical(name.rpartition(".")[0])
        if made := returned(owner, node.func.attr):
            return Held(frozenset({made}))
    return Held(origins=_derived(frame, arguments_of(node), depth, name))


def _derived(frame: Frame, nodes: Sequence[ast.expr], depth: int, name: str) -> frozenset[Origin]:
    """What an unknown function may hand back: anything it was given, or had itself."""
    values = [held(frame, node, depth - 1) for node in nodes]
    shared = frozenset(origin for value in values for origin in value.shared)
    if not shared and all(value.origins for value in values):
        return frozenset({Origin("unknown", f"{name}()")})
    return shared


def _method(frame: Frame, node: ast.Call, function: ast.Attribute, depth: int) -> Held:
    receiver = held(frame, function.value, depth - 1)
    return _instance_call(frame, receiver, function.attr, node, depth)


def _instance_call(frame: Frame, receiver: Held, method: str, node: ast.Call, depth: int) -> Held:
    """What a method of an instance returns."""
    found: list[Held] = []
    for owner in receiver.classes:
        if isinstance(owner, Symbol):
            member = frame.index.member(owner, method)
            if member is not None and frame.index.function(member):
                edge = edge_to(
                    frame, member, node, receiver, lambda one: held(frame, one, depth - 1)
                )
                found.append(_returned(frame, edge, depth))
        elif made := returned(owner, method):
            found.append(Held(frozenset({made})))
        elif receiver.is_class and method == "__call__":
            found.append(Held(frozenset({owner})))
    if found:
        return merged(found)
    if method in NEW_METHODS:
        return Held(receiver.classes if receiver.is_class else frozenset())
    if method in PURE_METHODS and not any(isinstance(one, Symbol) for one in receiver.classes):
        return Held(origins=receiver.origins)
    function = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return Held(origins=_derived(frame, [function, *arguments_of(node)], depth, method))


def _returned(frame: Frame, edge: Edge, depth: int) -> Held:
    """What a function of the project returns, or yields to a `with`, as its caller knows it."""
    inner = returns_of(frame, edge.callee)
    return Held(inner.classes, translated(inner.origins, edge), inner.is_class)


def returns_of(frame: Frame, symbol: Symbol) -> Held:
    """What a function returns or yields, with origins as the function itself knows them."""
    unknown = Held(origins=frozenset({Origin("unknown", f"{symbol.name}()")}))
    found = once(frame.index, ("returns", symbol), lambda: _returns(frame, symbol, DEEPEST))
    return unknown if found is None else found


def _returns(frame: Frame, symbol: Symbol, depth: int) -> Held | None:
    node, module = frame.index.node(symbol), frame.index.module(symbol.path)
    if not isinstance(node, FunctionNode) or module is None:
        return None
    inner = Frame(frame.index, module, node, symbol)
    values = [
        one.value
        for one in own_nodes(node)
        if isinstance(one, ast.Return | ast.Yield) and one.value is not None
    ]
    if not values:
        return Held()
    found = merged(held(inner, value, depth) for value in values)
    classes = annotated(frame.index, module, node.returns) or found.classes
    return Held(classes, found.origins or frozenset({OWN}), found.is_class)


def own_nodes(function: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a function's body, nested functions left out."""
    pending: list[ast.AST] = list(reversed(function.body))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, FunctionNode | ast.Lambda | ast.ClassDef):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))
