"""What kind of value an argument is, as far as the module tells.

The kinds are those of `lever_fix.knowledge.http_calls`; `unknown` where nothing can be said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from lever_fix.semantics.module import Module
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

UNKNOWN = "unknown"
SCALARS = frozenset({"text", "integer", "decimal"})
_DEEPEST = 4

_ANNOTATED = {
    "str": "text",
    "bytes": "bytes",
    "int": "integer",
    "float": "decimal",
    "bool": "flag",
    "dict": "dict",
    "Dict": "dict",
    "Mapping": "dict",
}
_RETURNS = {
    "builtins.str": "text",
    "builtins.repr": "text",
    "builtins.int": "integer",
    "builtins.len": "integer",
    "builtins.round": "decimal",
    "builtins.float": "decimal",
    "builtins.bytes": "bytes",
    "builtins.dict": "dict",
    "builtins.bool": "flag",
    "json.dumps": "text",
    "os.getenv": UNKNOWN,
    "urllib.parse.quote": "text",
    "urllib.parse.urlencode": "text",
    "urllib.parse.urljoin": "text",
    "open": "file",
    "builtins.open": "file",
}
_TEXT_METHODS = frozenset({
    "format", "join", "strip", "lstrip", "rstrip", "lower", "upper", "isoformat", "strftime",
    "removesuffix", "removeprefix", "decode", "title", "zfill", "hexdigest",
})  # fmt: skip


def kind(module: Module, node: ast.expr, depth: int = _DEEPEST) -> str:
    """The kind of one value, without looking into containers."""
    match node:
        case ast.Constant(value=None):
            return "none"
        case ast.Constant(value=bool() as value):
            return "true" if value else "false"
        case ast.Constant(value=str()) | ast.JoinedStr():
            return "text"
        case ast.Constant(value=bytes()):
            return "bytes"
        case ast.Constant(value=int() as number):
            return "integer" if number else "zero"
        case ast.Constant(value=float() as number):
            return "decimal" if number else "zero"
        case ast.Dict(keys=[]):
            return "empty"
        case ast.Dict() | ast.DictComp():
            return "dict"
        case ast.Tuple():
            return "tuple"
        case ast.List() | ast.ListComp():
            return "list"
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return "flag"
        case ast.IfExp(body=body, orelse=orelse):
            return _either(module, (body, orelse), depth)
        case ast.BoolOp(op=ast.Or(), values=values):
            return _either(module, values, depth)
        case ast.BinOp(left=left, op=op, right=right):
            return _calculated(module, left, op, right, depth)
        case ast.Call():
            return _returned(module, node)
        case ast.Name():
            return _named(module, node, depth)
        case ast.Subscript(value=value) if qualified_name(module, value) == "os.environ":
            return "text"
    return UNKNOWN


def _either(module: Module, nodes: Iterable[ast.expr], depth: int) -> str:
    kinds = {kind(module, node, depth) for node in nodes}
    return kinds.pop() if len(kinds) == 1 else UNKNOWN


def _calculated(
    module: Module, left: ast.expr, op: ast.operator, right: ast.expr, depth: int
) -> str:
    kinds = {kind(module, left, depth), kind(module, right, depth)}
    if isinstance(op, ast.Add | ast.Mod) and kind(module, left, depth) == "text":
        return "text"
    if isinstance(op, ast.Add) and "text" in kinds:
        return "text"
    return "decimal" if kinds <= {"integer", "decimal", "zero"} else UNKNOWN


def _returned(module: Module, node: ast.Call) -> str:
    name = qualified_name(module, node.func)
    if name in _RETURNS:
        return _RETURNS[name]
    if isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS:
        return "text"
    if isinstance(node.func, ast.Attribute) and node.func.attr == "encode":
        return "bytes"
    if isinstance(node.func, ast.Attribute) and node.func.attr == "read":
        return _held(module, node.func.value)
    return UNKNOWN


def _held(module: Module, file: ast.expr) -> str:
    """What a file that a `with open(...)` opened holds: text, or bytes."""
    bindings = scopes(module).bindings(file) if isinstance(file, ast.Name) else ()
    found: set[str] = set()
    for binding in bindings:
        items = binding.statement.items if isinstance(binding.statement, ast.With) else []
        opened = [one.context_expr for one in items if one.optional_vars is binding.node]
        found.add(_mode(module, opened[0]) if opened else UNKNOWN)
    return found.pop() if len(found) == 1 else UNKNOWN


def _mode(module: Module, node: ast.expr) -> str:
    """What can be read from the file that a call of `open` opens."""
    if not isinstance(node, ast.Call) or qualified_name(module, node.func) != "builtins.open":
        return UNKNOWN
    given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "mode")]
    mode = (
        given[0].value
        if given and isinstance(given[0], ast.Constant)
        else ""
        if not given
        else None
    )
    return UNKNOWN if not isinstance(mode, str) else "bytes" if "b" in mode else "text"


def _named(module: Module, node: ast.Name, depth: int) -> str:
    if depth == 0:
        return UNKNOWN
    bindings = scopes(module).bindings(node)
    if len(bindings) != 1:
        return UNKNOWN
    binding = bindings[0]
    if binding.kind == "parameter" and isinstance(binding.node, ast.arg):
        if _has_default_none(binding.statement, binding.node):
            return UNKNOWN
        return annotated(binding.node.annotation)
    if binding.kind == "assign":
        value = assigned_value(binding.statement, binding.node)
        if value is not None:
            found = kind(module, value, depth - 1)
            if found != UNKNOWN or not isinstance(binding.statement, ast.AnnAssign):
                return found
        if isinstance(binding.statement, ast.AnnAssign):
            return annotated(binding.statement.annotation)
    return UNKNOWN


def assigned_value(statement: ast.stmt, node: ast.AST) -> ast.expr | None:
    """The value that a plain assignment gives to a name; None for any other binding."""
    if isinstance(statement, ast.Assign) and any(one is node for one in statement.targets):
        return statement.value
    if isinstance(statement, ast.AnnAssign) and statement.target is node:
        return statement.value
    return None


def _has_default_none(statement: ast.stmt, argument: ast.arg) -> bool:
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    arguments = statement.args
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(plain), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return any(
        one is argument and isinstance(default, ast.Constant) and default.value is None
        for one, default in pairs
    )


def annotated(annotation: ast.expr | None) -> str:
    """The kind that an annotation promises."""
    match annotation:
        case ast.Name(id=name):
            return _ANNOTATED.get(name, UNKNOWN)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Tuple(elts=[key, value])):
            if _ANNOTATED.get(name) == "dict" and annotated(key) == "text":
                inner = annotated(value)
                return {"text": "texts", "integer": "numbers"}.get(inner, "dict")
    return UNKNOWN


def value_of(module: Module, node: ast.expr) -> ast.expr:
    """The literal behind a name that is bound once and never changed; else the node itself."""
    if not isinstance(node, ast.Name):
        return node
    known = scopes(module)
    bindings = known.bindings(node)
    if len(bindings) != 1 or bindings[0].kind != "assign":
        return node
    value = assigned_value(bindings[0].statement, bindings[0].node)
    if value is None or _is_changed(module, node):
        return node
    return value


def _is_changed(module: Module, name: ast.Name) -> bool:
    """True where the name may be changed in place, or given to someone who may."""
    known = scopes(module)
    scope = known.resolve(name)
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Name) and node.id == name.id and node is not name):
            continue
        if isinstance(node.ctx, ast.Store) or known.resolve(node) is not scope:
            continue
        above = known.parent(node)
        if isinstance(above, ast.keyword) and above.arg in ("params", "headers", "data"):
            continue
        if isinstance(above, ast.Subscript) and isinstance(above.ctx, ast.Load):
            continue
        return True
    return False
