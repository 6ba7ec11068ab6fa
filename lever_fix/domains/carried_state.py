"""What a function reads before a place and writes behind it: state that other tasks may share."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from lever_fix.codemod import Module
from lever_fix.domains.positions import dotted
from lever_fix.semantics.scopes import FunctionNode, Scopes, scopes

MUTATORS = frozenset(
    """
    add append appendleft clear difference_update discard extend extendleft insert
    intersection_update move_to_end pop popitem popleft push put_nowait remove reverse rotate set
    setdefault sort symmetric_difference_update update
    """.split()
)
"""Methods that change what they are called on."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Access:
    """One read or write of an attribute, a global, or a container that was handed in.

    Attributes:
        key: Equal for what may be the same thing: the last attribute, or the name.
        text: How it is written.
        write: True for a write.
        start: Where it stands.
        node: The node that names it.
    """

    key: str
    text: str
    write: bool
    start: Place
    node: ast.AST


def carried(module: Module, function: FunctionNode, at: ast.AST) -> Iterator[str]:
    """In words: each thing that is read before the place and written behind it."""
    accesses = list(_accesses(module, function))
    loops = _loops(module, function, at)
    written = {
        access.key for access in accesses if access.write and _is_behind(module, access, at, loops)
    }
    seen: set[str] = set()
    for access in accesses:
        before = access.start < _end(at) and access.node is not at
        if access.write or access.key not in written or access.key in seen:
            continue
        if before or _within(module, access, loops):
            seen.add(access.key)
            yield (
                f"`{access.text}` is read before the new `await` and written after it,"
                " and other tasks run in between"
            )


def _is_behind(module: Module, access: Access, at: ast.AST, loops: set[ast.AST]) -> bool:
    """Whether a write happens once the place was passed, wherever it stands."""
    if access.start > _start(at) or access.node is at or _within(module, access, loops):
        return True
    # An assignment stores after its value was awaited.
    statement = scopes(module).statement(at)
    return isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign) and (
        scopes(module).statement(access.node) is statement
    )


def _within(module: Module, access: Access, loops: set[ast.AST]) -> bool:
    return not loops.isdisjoint(scopes(module).ancestors(access.node))


def _loops(module: Module, function: FunctionNode, at: ast.AST) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for node in scopes(module).ancestors(at):
        if node is function:
            break
        if isinstance(node, ast.For | ast.AsyncFor | ast.While | ast.comprehension):
            found.add(node)
    return found


def _start(node: ast.AST) -> Place:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> Place:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)


def _accesses(module: Module, function: FunctionNode) -> Iterator[Access]:
    """Every access to shared state in a function, and in those of the module that it calls."""
    yield from _own_accesses(module, function)
    for node in own_nodes(function):
        callee = called(module, function, node)
        if callee is not None and callee is not function:
            for access in _reached(module, callee):
                yield Access(access.key, access.text, access.write, _start(node), node)


def _own_accesses(module: Module, function: FunctionNode) -> Iterator[Access]:
    found = scopes(module)
    for node in own_nodes(function):
        if isinstance(node, ast.Attribute):
            yield from _attribute(found, function, node)
        elif isinstance(node, ast.Name):
            yield from _name(found, function, node)


def _attribute(found: Scopes, function: FunctionNode, node: ast.Attribute) -> Iterator[Access]:
    parent = found.parent(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        return  # a method is looked up; what it does to its object is the object's access
    root = _root(node)
    if isinstance(root, ast.Name) and _is_own_object(found, function, root):
        return
    text = dotted(node) or f"….{node.attr}"
    kind = _kind(found, node)
    if kind:
        yield Access(f".{node.attr}", text, kind == "write", _start(node), node)


def _name(found: Scopes, function: FunctionNode, node: ast.Name) -> Iterator[Access]:
    owner = found.resolve(node)
    if owner is None:
        return
    kind = _kind(found, node)
    outer = owner.node is not function and owner.kind in ("module", "function")
    contents = kind == "write" and isinstance(node.ctx, ast.Load)
    parameter = any(one.kind == "parameter" for one in found.bindings(node))
    if outer and owner.kind == "module" and kind == "read" and _is_constant(found, node):
        return
    # A rebound parameter or local is the function's own; what a parameter holds is not.
    if outer or (parameter and (contents or _contents_read(found, node))):
        yield Access(node.id, node.id, kind == "write", _start(node), node)


def _is_constant(found: Scopes, node: ast.Name) -> bool:
    """True for imports, functions and classes."""
    return all(one.kind in ("import", "def", "class") for one in found.bindings(node))


def _contents_read(found: Scopes, node: ast.Name) -> bool:
    parent = found.parent(node)
    match parent:
        case ast.Subscript(value=value) if value is node:
            return True
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return True
        case ast.Attribute():
            return isinstance(found.parent(parent), ast.Call)
    return False


def _kind(found: Scopes, node: ast.expr) -> str:
    """`read`, `write`, or nothing for an update that reads and writes at one go."""
    if isinstance(node, ast.Attribute | ast.Name) and not isinstance(node.ctx, ast.Load):
        return "write"
    below: ast.AST = node
    parent = found.parent(node)
    while isinstance(parent, ast.Subscript) and parent.value is below:
        if not isinstance(parent.ctx, ast.Load):
            return "write"
        below, parent = parent, found.parent(parent)
    if isinstance(parent, ast.Attribute) and parent.attr in MUTATORS:
        call = found.parent(parent)
        if isinstance(call, ast.Call) and call.func is parent:
            return "write"
    return "read"


def _root(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def _is_own_object(found: Scopes, function: FunctionNode, root: ast.Name) -> bool:
    """True for an object that the function made itself."""
    owner = found.resolve(root)
    bindings = found.bindings(root)
    if owner is None or owner.node is not function:
        return False
    return bool(bindings) and all(
        isinstance(one.statement, ast.Assign | ast.AnnAssign)
        and _is_constructor(one.statement.value)
        for one in bindings
    )


def _is_constructor(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Await):
        return False
    if isinstance(value, ast.Call):
        return dotted(value.func).rpartition(".")[2][:1].isupper()
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.ListComp | ast.DictComp)


def own_nodes(function: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a function's body, nested functions left out, comprehensions not."""
    pending: list[ast.AST] = list(reversed(function.body))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))


def called(module: Module, function: FunctionNode, node: ast.AST) -> FunctionNode | None:
    """The function of the module that a call runs: a method of the same class, or a global one."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name)):
            around = scopes(module).parent(function)
            body = around.body if isinstance(around, ast.ClassDef) else []
            found = [one for one in body if _is_function(one) and one.name == name]
        case ast.Call(func=ast.Name() as called):
            bindings = scopes(module).bindings(called)
            found = [one.node for one in bindings if _is_function(one.node)]
        case _:
            return None
    return found[0] if found else None


def _is_function(node: ast.AST) -> TypeGuard[FunctionNode]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _reached(module: Module, function: FunctionNode) -> list[Access]:
    """The accesses of a function and of those it calls, made once."""
    known: dict[ast.AST, list[Access]] = module.memo.setdefault("reached-accesses", {})
    if function in known:
        return known[function]
    found: list[Access] = []
    pending, seen = [function], {function}
    while pending:
        current = pending.pop()
        found.extend(_own_accesses(module, current))
        for node in own_nodes(current):
            callee = called(module, current, node)
            if callee is not None and callee not in seen:
                seen.add(callee)
                pending.append(callee)
    known[function] = found
    return found
