"""The dotted name that an expression stands for, as far as its own module tells.

A name is followed through imports and through aliases (`get = requests.get`) to where it comes
from. Names of the module itself come out under the module's own name; whether an imported name is
a re-export of another one is for `lever_fix.index` to say.
"""

from __future__ import annotations

import ast
import builtins

from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import STAR, Binding, Scope, scopes

_BUILTINS = frozenset(dir(builtins))
_DEEPEST = 8
"""Aliases of aliases followed; nobody writes more, and a cycle must end."""


def qualified_name(module: Module, expr: ast.expr) -> str | None:
    """The one dotted name that an expression stands for.

    `sqlalchemy.orm.selectinload`, `app.models.User`, `builtins.print`. None where it is a local
    value, where several bindings disagree, or where a star import may bind it.

    Raises:
        SourceError: The file does not parse.
    """
    found = qualified_names(module, expr)
    return next(iter(found)) if len(found) == 1 else None


def qualified_names(module: Module, expr: ast.expr) -> frozenset[str]:
    """Every dotted name that an expression may stand for; empty where one of them is unknown.

    More than one comes of conditional imports. A fallback `x = None` beside an import of `x` does
    not count: whoever uses the name relies on the import.
    """
    return _names(module, expr, _DEEPEST)


def imported_name(module: Module, alias: ast.alias, statement: ast.Import | ast.ImportFrom) -> str:
    """The absolute dotted name that an import statement binds with one of its names."""
    if isinstance(statement, ast.Import):
        return alias.name if alias.asname else alias.name.partition(".")[0]
    source = absolute(module, statement)
    return f"{source}{alias.name}" if source.endswith(".") else f"{source}.{alias.name}"


def absolute(module: Module, statement: ast.ImportFrom) -> str:
    """The absolute name of the module that a `from` import names."""
    return absolute_name(module.name, module.is_package, statement.module or "", statement.level)


def absolute_name(importer: str, is_package: bool, name: str, level: int) -> str:
    """A relative module name made absolute; one that leads out of the top keeps its dots."""
    if not level:
        return name
    parts = importer.split(".")
    up = level - 1 if is_package else level
    if up > len(parts) or (up == len(parts) and not name):
        return "." * level + name
    return ".".join([*parts[: len(parts) - up], *([name] if name else [])])


def dotted(expr: ast.expr) -> str | None:
    """The text of a plain chain of names (`self.session.get`); None for any other expression."""
    parts: list[str] = []
    while isinstance(expr, ast.Attribute):
        parts.append(expr.attr)
        expr = expr.value
    if not isinstance(expr, ast.Name):
        return None
    return ".".join([expr.id, *reversed(parts)])


def names_from(module: Module, name: str, scope: Scope) -> frozenset[str]:
    """Every dotted name that a plain name may stand for as seen from a scope."""
    return _seen_from(module, name, scope, _DEEPEST)


def is_builtin(name: str) -> bool:
    """Whether Python knows a name that nothing binds."""
    return name in _BUILTINS


def known_as(module: Module, name: str) -> str:
    """The absolute name that a name written in an annotation or a string has in its module.

    A name that the module does not bind comes back as it is: SQLAlchemy looks it up among all
    mapped classes.
    """
    head, dot, rest = name.partition(".")
    known = scopes(module)
    for binding in known.bindings_in(known.top, head):
        if binding.kind == "class":
            return f"{module.name}.{name}"
        if binding.kind == "import" and isinstance(binding.node, ast.alias):
            statement = binding.statement
            assert isinstance(statement, ast.Import | ast.ImportFrom)
            return imported_name(module, binding.node, statement) + dot + rest
    return name


def _names(module: Module, expr: ast.expr, depth: int) -> frozenset[str]:
    if isinstance(expr, ast.Attribute):
        return frozenset([f"{base}.{expr.attr}" for base in _names(module, expr.value, depth)])
    if not isinstance(expr, ast.Name) or depth == 0:
        return frozenset()
    return _seen_from(module, expr.id, scopes(module).scope_of(expr), depth)


def _seen_from(module: Module, name: str, scope: Scope, depth: int) -> frozenset[str]:
    memo: dict[tuple[Scope, str], frozenset[str]] = module.memo.setdefault("names", {})
    found = memo.get((scope, name))
    if found is None:
        found = memo[scope, name] = _looked_up(module, name, scope, depth)
    return found


def _looked_up(module: Module, name: str, scope: Scope, depth: int) -> frozenset[str]:
    known = scopes(module)
    owner = known.lookup(name, scope)
    if owner is None:
        around = module.outer(name) if module.outer is not None else None
        if around is not None:
            return around
        is_known = is_builtin(name) and STAR not in known.top.names
        return frozenset({f"builtins.{name}"} if is_known else ())
    if owner is not scope:
        return _seen_from(module, name, owner, depth)
    if known.is_plain_local(owner, name):
        return frozenset()
    bindings = [one for one in known.bindings_in(owner, name) if one.kind != "annotation"]
    if any(one.kind == "import" for one in bindings):
        bindings = [one for one in bindings if not _is_fallback(one)]
    found: set[str] = set()
    for binding in bindings or known.bindings_in(owner, name):
        names = _bound_names(module, binding, len(bindings) == 1, depth)
        if not names:
            return frozenset()
        found |= names
    return frozenset(found)


def _bound_names(module: Module, binding: Binding, alone: bool, depth: int) -> frozenset[str]:
    """What a binding makes the name stand for."""
    node, statement, scope = binding.node, binding.statement, binding.scope
    if binding.kind == "import":
        assert isinstance(node, ast.alias)
        assert isinstance(statement, ast.Import | ast.ImportFrom)
        return frozenset({imported_name(module, node, statement)})
    if binding.kind in ("def", "class"):
        return frozenset({_own(module, scope, binding.name)})
    if binding.kind == "assign" and alone and isinstance(statement, ast.Assign | ast.AnnAssign):
        is_alias = isinstance(statement.value, ast.Name | ast.Attribute)
        if is_alias and _is_whole_target(statement, node):
            assert statement.value is not None
            aliased = _names(module, statement.value, depth - 1)
            if aliased or scope.kind != "module":
                return aliased
    if scope.kind in ("module", "class") and binding.kind in ("assign", "annotation", "walrus"):
        return frozenset({_own(module, scope, binding.name)})
    return frozenset()


def _own(module: Module, scope: Scope, name: str) -> str:
    return ".".join(part for part in (module.name, scope.qualified_name, name) if part)


def _is_whole_target(statement: ast.Assign | ast.AnnAssign, node: ast.AST) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return any(target is node for target in targets)


def _is_fallback(binding: Binding) -> bool:
    """`x = None`, for where the import fails."""
    statement = binding.statement
    return (
        binding.kind == "assign"
        and isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is None
    )
