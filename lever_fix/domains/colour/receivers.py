"""The class of the object that a method is called on, as far as can be told."""

from __future__ import annotations

import ast

from lever_fix.domains.colour.rules import is_public
from lever_fix.index.index import Index, Symbol
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import Binding, FunctionNode, scopes

Class = Symbol | str
_DISPLAYS = (
    ast.Dict, ast.List, ast.Set, ast.Tuple, ast.Constant, ast.JoinedStr, ast.ListComp, ast.DictComp,
    ast.SetComp,
)  # fmt: skip


def class_of(index: Index, module: Module, expr: ast.expr, depth: int = 4) -> Class | None:
    """The class of what an expression holds: of the project, or a dotted name; None if unknown."""
    if depth == 0:
        return None
    if isinstance(expr, _DISPLAYS):
        return f"builtins.{type(expr).__name__.lower()}"
    if isinstance(expr, ast.Call):
        found = index.resolve_in(module, expr.func)
        return _made(index, found)
    if isinstance(expr, ast.Await):
        return class_of(index, module, expr.value, depth - 1)
    if isinstance(expr, ast.Name):
        return _of_name(index, module, expr, depth)
    if isinstance(expr, ast.Attribute):
        return _of_attribute(index, module, expr, depth)
    return None


def _made(index: Index, found: Class | None) -> Class | None:
    if isinstance(found, Symbol):
        return found if index.klass(found) is not None else None
    if found and found.rpartition(".")[2][:1].isupper():
        return found
    return None


def _of_name(index: Index, module: Module, expr: ast.Name, depth: int) -> Class | None:
    bindings = scopes(module).bindings(expr)
    found = {_bound(index, module, one, depth) for one in bindings if not _binds_none(one)}
    if len(found) == 1 and None not in found:
        return found.pop()
    known = index.resolve_in(module, expr)
    return _of_variable(index, known)


def _of_variable(index: Index, known: Class | None) -> Class | None:
    if isinstance(known, Symbol) and (made := index.variable(known)):
        return _made(index, index.resolve(made, known.path))
    return None


def _bound(index: Index, module: Module, binding: Binding, depth: int) -> Class | None:
    statement, node = binding.statement, binding.node
    if binding.kind == "parameter" and isinstance(node, ast.arg):
        if node.annotation is None and isinstance(statement, FunctionNode):
            return _given(index, module, statement, node, depth)
        return annotated(index, module, node.annotation)
    if isinstance(statement, ast.AnnAssign):
        return annotated(index, module, statement.annotation)
    if isinstance(statement, ast.Assign) and any(one is node for one in statement.targets):
        return class_of(index, module, statement.value, depth - 1)
    if isinstance(statement, ast.With | ast.AsyncWith):
        for item in statement.items:
            if item.optional_vars is node:
                return class_of(index, module, item.context_expr, depth - 1)
    return None


def _binds_none(binding: Binding) -> bool:
    """True where a name is only kept free: a method can be called on another value alone."""
    statement = binding.statement
    return isinstance(statement, ast.Assign) and _is_none(statement.value)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _given(
    index: Index, module: Module, function: FunctionNode, parameter: ast.arg, depth: int
) -> Class | None:
    """The class of what every caller of a function gives for a parameter; None if they differ."""
    scope = scopes(module).own_scope(function)
    symbol = Symbol(module.path, scope.qualified_name if scope else "")
    facts = index.function(symbol)
    if facts is None or facts.in_function or is_public(index, symbol):
        return None
    arguments = function.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if facts.in_class and "builtins.staticmethod" not in facts.decorators:
        names = names[1:]
    called = symbol if function.name != "__init__" else Symbol(module.path, facts.in_class)
    found: set[Class | None] = set()
    for site in index.callers(called):
        there = index.module(site.path)
        call = _calls(there).get(site.mention.start) if there is not None else None
        value = _value_for(call, parameter.arg, names) if call and site.certain else None
        if there is None or value is None:
            return None
        found.add(class_of(index, there, value, depth - 1))
    return found.pop() if len(found) == 1 else None


def _calls(module: Module) -> dict[int, ast.Call]:
    """The calls of a module by where what is called starts."""
    known: dict[int, ast.Call] | None = module.memo.get("calls-by-start")
    if known is None:
        calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))
        known = module.memo["calls-by-start"] = {}
        for call in calls:
            # Of `f()()` the inner call comes later in the walk, and is the one of `f`.
            known[module.span(call.func).start] = call
    return known


def _value_for(call: ast.Call, name: str, names: list[str]) -> ast.expr | None:
    """The argument of a call that a parameter gets."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if name not in names or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    place = names.index(name)
    return call.args[place] if place < len(call.args) else None


def annotated(index: Index, module: Module, annotation: ast.expr | None) -> Class | None:
    """The one class that an annotation names; `X | None` counts as `X`."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return None
    if isinstance(annotation, ast.BinOp):
        sides = [annotation.left, annotation.right]
        named = [one for one in sides if not isinstance(one, ast.Constant)]
        return annotated(index, module, named[0]) if len(named) == 1 else None
    if isinstance(annotation, ast.Subscript):
        return annotated(index, module, annotation.value)
    if annotation is None:
        return None
    found = index.resolve_in(module, annotation)
    if isinstance(found, Symbol):
        return found if index.klass(found) is not None else None
    return found


def _of_attribute(index: Index, module: Module, expr: ast.Attribute, depth: int) -> Class | None:
    """An attribute of `self`, by what `__init__` makes it; or a variable of another module."""
    if not (isinstance(expr.value, ast.Name) and expr.value.id == "self"):
        return _of_variable(index, index.resolve_in(module, expr))
    owner = scopes(module).scope_of(expr).function
    while owner is not None and owner.kind != "class":
        owner = owner.parent
    if owner is None:
        return None
    found: set[Class | None] = set()
    for node in ast.walk(owner.node):
        target = _assigned_on_self(node, expr.attr)
        if target is not None and not _is_none(target):
            found.add(class_of(index, module, target, depth - 1))
    return found.pop() if len(found) == 1 else None


def _assigned_on_self(node: ast.AST, name: str) -> ast.expr | None:
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        targets = [node.target]
    for target in targets:
        if (
            isinstance(target, ast.Attribute)
            and target.attr == name
            and isinstance(target.value, ast.Name)
            and target.value.id == "self"
        ):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            return node.value
    return None
