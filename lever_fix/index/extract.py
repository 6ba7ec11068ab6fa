"""The facts of a file, taken from its tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from lever_fix.index.facts import (
    ClassFacts,
    FunctionFacts,
    ModuleFacts,
    Parameter,
    ParameterKind,
    Unclear,
    packed,
)
from lever_fix.index.references import is_value, mentions_of
from lever_fix.index.texts import text_of
from lever_fix.index.top_level import stands_for
from lever_fix.semantics.excerpt import first_line
from lever_fix.semantics.module import Module
from lever_fix.semantics.names import (
    absolute,
    dotted,
    imported_name,
    known_as,
    names_from,
    qualified_name,
)
from lever_fix.semantics.scopes import STAR, FunctionNode, Scope, Scopes, scopes


def facts_of(module: Module) -> ModuleFacts:
    """The facts of a module.

    Raises:
        SourceError: The file does not parse.
    """
    known = scopes(module)
    functions: dict[str, FunctionFacts] = {}
    classes: dict[str, ClassFacts] = {}
    stored = _stored(known)
    for scope in known.every:
        if isinstance(scope.node, FunctionNode) and scope.kind == "function":
            functions[scope.qualified_name] = _function(module, scope, scope.node)
        elif isinstance(scope.node, ast.ClassDef) and scope.kind == "class":
            attributes = tuple(sorted(stored.get(scope, ())))
            classes[scope.qualified_name] = _class(module, scope, scope.node, attributes)
    imports, stars, others = _imports(module, known)
    aliases, variables = _variables(module, known)
    mentions = module.memo["mentions"] = mentions_of(module, known)
    facts = ModuleFacts(
        path=module.path,
        name=module.name,
        imports=imports,
        stars=stars,
        also_imported=others,
        exports=_exports(known.top),
        functions=functions,
        classes=classes,
        aliases=aliases,
        variables=variables,
        packed=packed(mentions),
    )
    unclear = dict(_unclear(module, known, facts))
    return msgspec.structs.replace(facts, unclear=unclear) if unclear else facts


def _unclear(module: Module, known: Scopes, facts: ModuleFacts) -> Iterator[tuple[str, Unclear]]:
    """The names of the top level of which the facts alone would not tell what the tree does."""
    for name, nodes in known.top.names.items():
        if name == STAR or (len(nodes) == 1 and _is_clear(known, facts, name, nodes[0])):
            continue
        names = names_from(module, name, known.top)
        if names != stands_for(facts, name):
            yield name, Unclear(tuple(sorted(names)), known_as(module, name))


def _is_clear(known: Scopes, facts: ModuleFacts, name: str, node: ast.AST) -> bool:
    """Whether the only binding of a name is one of those that the facts tell of."""
    if isinstance(node, ast.Name):
        return name in facts.variables and is_value(known, node)
    if isinstance(node, ast.alias):
        return name in facts.imports
    return name in (facts.classes if isinstance(node, ast.ClassDef) else facts.functions)


def _imports(
    module: Module, known: Scopes
) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """What is imported at module level by bound name, the star imports, and what else there is."""
    imports: dict[str, str] = {}
    stars: list[str] = []
    others: dict[str, None] = {}
    for node, scope in known.aliases:
        statement = known.parents[node]
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        if isinstance(statement, ast.ImportFrom) and node.name == STAR:
            stars.append(absolute(module, statement))
            continue
        target = imported_name(module, node, statement)
        is_module = isinstance(statement, ast.Import) and not node.asname
        if scope is known.top:
            imports.setdefault(target if is_module else node.asname or node.name, target)
        else:
            others[target] = None
        if is_module and "." in node.name:
            others[node.name] = None
    return imports, tuple(stars), tuple(others)


def _exports(top: Scope) -> tuple[str, ...] | None:
    nodes = top.names.get("__all__", [])
    if len(nodes) != 1 or not isinstance(top.node, ast.Module):
        return None
    for statement in top.node.body:
        if isinstance(statement, ast.Assign) and statement.targets == nodes:
            value = statement.value
            if isinstance(value, ast.List | ast.Tuple):
                names = [one.value for one in value.elts if isinstance(one, ast.Constant)]
                if len(names) == len(value.elts):
                    return tuple(str(name) for name in names)
    return None


def _variables(module: Module, known: Scopes) -> tuple[dict[str, str], dict[str, str]]:
    """Module-level names that are neither imported nor defined: aliases, and all others."""
    aliases: dict[str, str] = {}
    variables: dict[str, str] = {}
    for name, nodes in known.top.names.items():
        if name == STAR or any(
            isinstance(one, ast.alias | FunctionNode | ast.ClassDef) for one in nodes
        ):
            continue
        value = _value(known, nodes[0]) if len(nodes) == 1 else None
        made_of = value.func if isinstance(value, ast.Call) else value
        target = qualified_name(module, made_of) if made_of is not None else None
        if target is not None and made_of is value and target != f"{module.name}.{name}":
            aliases[name] = target
        else:
            variables[name] = target or ""
    return aliases, variables


def _value(known: Scopes, node: ast.AST) -> ast.expr | None:
    """What is assigned to a name, where it is the whole target."""
    statement = known.statement(node)
    whole = known.parent(node) is statement
    return statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) and whole else None


def _function(module: Module, scope: Scope, node: FunctionNode) -> FunctionFacts:
    around = scope.parent
    while around is not None and around.kind == "type parameters":
        around = around.parent
    assert around is not None
    return FunctionFacts(
        name=scope.qualified_name,
        line=node.lineno,
        first=first_line(node),
        last=node.end_lineno or node.lineno,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        is_generator=scope.yields,
        parameters=parameters(node.args),
        returns=text_of(node.returns),
        decorators=tuple(_dotted(module, one) for one in node.decorator_list),
        in_class=around.qualified_name if around.kind == "class" else "",
        in_function=around.function is not None,
    )


def parameters(arguments: ast.arguments) -> tuple[Parameter, ...]:
    """The parameters of a function, in order."""
    plain = [*arguments.posonlyargs, *arguments.args]
    missing = len(plain) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [*[None] * missing, *arguments.defaults]
    found: list[Parameter] = []
    for at, (argument, default) in enumerate(zip(plain, defaults, strict=True)):
        before = at < len(arguments.posonlyargs)
        found.append(_parameter(argument, "positional-only" if before else "positional", default))
    if arguments.vararg:
        found.append(_parameter(arguments.vararg, "star", None))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(_parameter(argument, "keyword-only", default))
    if arguments.kwarg:
        found.append(_parameter(arguments.kwarg, "double-star", None))
    return tuple(found)


def _parameter(node: ast.arg, kind: ParameterKind, default: ast.expr | None) -> Parameter:
    return Parameter(node.arg, kind, text_of(node.annotation), text_of(default))


def _class(module: Module, scope: Scope, node: ast.ClassDef, stored: tuple[str, ...]) -> ClassFacts:
    annotations = {
        one.target.id: text_of(one.annotation)
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    return ClassFacts(
        name=scope.qualified_name,
        line=node.lineno,
        bases=tuple(_dotted(module, one) for one in node.bases),
        decorators=tuple(_dotted(module, one) for one in node.decorator_list),
        members=tuple(scope.names),
        annotations=annotations,
        stored=stored,
        renamed=dict(_renamed(node)),
    )


def _renamed(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """The fields of a model that are filled from something of another name."""
    for one in node.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name):
            continue
        given = one.value.keywords if isinstance(one.value, ast.Call) else []
        aliases = {each.arg: each.value for each in given if each.arg in _ALIASES}
        for name in _ALIASES:
            if name in aliases:
                alias = aliases[name]
                text = alias.value if isinstance(alias, ast.Constant) else ""
                yield one.target.id, text if isinstance(text, str) else ""
                break


_ALIASES = ("validation_alias", "alias")
"""Keywords of Pydantic's `Field` that say where a value comes from; the first one counts."""


def _stored(known: Scopes) -> dict[Scope, set[str]]:
    """The attributes that methods assign on their first parameter, by the scope of the class."""
    found: dict[Scope, set[str]] = {}
    for node, scope in known.stores:
        method = scope.function
        owner = method.parent if method else None
        if owner is None or owner.kind != "class" or not isinstance(node.value, ast.Name):
            continue
        assert method is not None
        arguments = method.node.args if isinstance(method.node, FunctionNode) else None
        first = [*arguments.posonlyargs, *arguments.args][:1] if arguments else []
        if first and first[0].arg == node.value.id:
            found.setdefault(owner, set()).add(node.attr)
    return found


def _dotted(module: Module, expr: ast.expr) -> str:
    """The dotted name of a decorator or base, arguments and subscripts left out."""
    while isinstance(expr, ast.Call | ast.Subscript):
        expr = expr.func if isinstance(expr, ast.Call) else expr.value
    return qualified_name(module, expr) or dotted(expr) or "?"
