"""Which scopes of a module bind a name, as CPython's own symbol table tells.

A full symbol table costs as much as a parse, so it is made only when the text leaves a doubt:
a name that is only ever subscripted, called or looked up on an object is bound nowhere.
"""

from __future__ import annotations

import re
import symtable
from collections.abc import Iterator
from functools import lru_cache

from lever_fix.semantics.module import Module, syntax_error

Place = tuple[str, int]
"""Name and line of a `def` or `class`; `("", 0)` is the module."""

MODULE: Place = ("", 0)


def bindings(module: Module, name: str) -> dict[Place, bool]:
    """The scopes that bind `name`, and for each whether only imports bind it there.

    Lambdas, comprehensions and type parameters count as the scope around them.

    Raises:
        SourceError: The file does not parse.
    """
    if "bindings" not in module.memo:
        module.memo["bindings"] = _all_bindings(module)
    table: dict[str, dict[Place, bool]] = module.memo["bindings"]
    return table.get(name, {})


def shadowed(module: Module, name: str, offset: int) -> bool:
    """True where something other than an import binds `name` in a scope seen from `offset`.

    A class scope is seen from its own body (method headers included), not from method bodies.
    """
    if not may_be_bound(module, name):
        return False
    places = {place for place, imported in bindings(module, name).items() if not imported}
    return bool(places) and not places.isdisjoint(_visible(module, offset))


def bound_in_block(module: Module, name: str, offset: int) -> bool:
    """True where `name` is bound in a function or class around `offset`, by whatever means."""
    found = bindings(module, name)
    return any(place != MODULE and place in found for place in _visible(module, offset))


def _visible(module: Module, offset: int) -> Iterator[Place]:
    innermost = True
    for block in module.enclosing(offset):
        if not block.is_class or innermost:
            yield block.name, module.source.position(block.start)[0]
        innermost = False
    yield MODULE


def may_be_bound(module: Module, name: str) -> bool:
    """False where the text alone shows that no statement but an import binds `name`."""
    known: dict[str, bool] = module.memo.setdefault("may-be-bound", {})
    if name not in known:
        known[name] = name in _header_names(module) or any(
            _is_doubtful(module, at, at + len(name)) for at in _suspects(module, name)
        )
    return known[name]


def _header_names(module: Module) -> set[str]:
    names: set[str] | None = module.memo.get("header-names")
    if names is None:
        names = module.memo["header-names"] = {block.name for block in module.lexed.blocks}
    return names


def _suspects(module: Module, name: str) -> Iterator[int]:
    """Occurrences of the whole word that are neither attributes nor subscripted nor called."""
    code = module.lexed.code
    for match in _suspect(name).finditer(code):
        at = match.start()
        if not at or code[at - 1] not in _JOINED:
            yield at


@lru_cache(maxsize=256)
def _suspect(name: str) -> re.Pattern[bytes]:
    # The pattern starts with the plain word, so that the engine of `re` can search for it.
    return re.compile(re.escape(name.encode()) + rb"(?!\w|[ \t]*[\[.(])")


def _is_doubtful(module: Module, at: int, end: int) -> bool:
    """Whether an occurrence may bind the name: false only where it surely does not."""
    view = module.lexed.code
    following = _SPACE.match(view, end)
    after = view[following.end() : following.end() + 2] if following else b""
    # A return annotation, and an annotation or value before a closing bracket, need no more
    # than the bytes around them to tell.
    if view[at - 3 : at] == b"-> " or (view[at - 2 : at] == b": " and after[:1] in _CLOSING):
        return False
    line = view[view.rfind(b"\n", 0, at) + 1 : at]
    if line.startswith(_IMPORT) and b";" not in line:
        return False  # most imports stand on one line, which need not be found to be a statement
    start = module.lexed.statement_at(at)[0]
    head = view[start:at]
    if _TARGETS.match(head):
        return True
    if head.startswith(_IMPORT) and b";" not in head:
        return False
    if after == b":=":
        return True
    inner = any(_is_open(head[match.start() :]) for match in _INNER.finditer(head))
    if not inner and (_in_annotation(head) or _is_base(head)):
        return False
    if inner or view.startswith(_BINDING, start):
        # In a header, a binding stands behind a separator and before another one.
        return after[:1] in (*_ENDS, b":", b"=", b",", b"i", b"|")
    if _open_bracket(head):
        return head[:1] in (b"(", b"[") and after[:1] in (b",", *_ENDS)
    return after != b"==" and after[:1] in (b"=", b",", b":", b")", b"]", *_AUGMENTED)


def _is_open(inner: bytes) -> bool:
    """Whether what starts with `lambda` or `for` may still be naming what it binds at its end."""
    if inner.startswith(b"for"):
        return _IN.search(inner) is None
    # The colon of a default's value is none that ends the parameters.
    return b":" not in inner or b"{" in inner or b"[" in inner or b"lambda" in inner[1:]


def _is_base(head: bytes) -> bool:
    """Whether what stands before a name makes it an argument of a class statement."""
    return head.startswith(b"class") and _open_bracket(head) == b"("


def _in_annotation(head: bytes) -> bool:
    """Whether what stands before a name makes it an annotation, a default or a subscript."""
    if head.startswith(b"case"):
        return False  # a pattern binds the names in its brackets
    before = head.rstrip()
    bracket = _open_bracket(head)
    if before.endswith(b"->") or (before.endswith(b":") and not head.startswith(_COMPOUND)):
        return True
    if bracket == b"[":
        return head[:1] != b"[" and _TYPE_PARAMETERS.match(head) is None
    return bracket == b"(" and before.endswith((b":", b"="))


def _open_bracket(head: bytes) -> bytes:
    """The innermost bracket that is still open at the end of `head`."""
    depth = 0
    for index in range(len(head) - 1, -1, -1):
        byte = head[index]
        if byte in b")]}":
            depth += 1
        elif byte in b"([{":
            if depth == 0:
                return head[index : index + 1]
            depth -= 1
    return b""


_COMPOUND = (
    b"if", b"elif", b"else", b"while", b"for", b"with", b"try", b"except", b"finally", b"class",
    b"async", b"case", b"match", b"def",
)  # fmt: skip
_TYPE_PARAMETERS = re.compile(rb"(?:async[ \t]+def|def|class|type)[ \t]+\w+[ \t]*\[[^()]*\Z")
_TARGETS = re.compile(rb"[\w\s,*]+,\s*[\[(][\w\s,*]*\Z")
"""`a, [b, `: a list or tuple of targets inside another one, most likely."""

_JOINED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")
"""What a name is only a part of: a longer one, or an attribute."""
_SPACE = re.compile(rb"(?:[ \t]|\\\r?\n)*")
_CLOSING = (b")", b"]", b"}")
_ENDS = (b")", b"]", b"}", b"\n", b"\r", b"#", b";", b"")
_BINDING = (
    b"def", b"async", b"class", b"for", b"with", b"except", b"case", b"global", b"nonlocal",
    b"type ", b"del",
)  # fmt: skip
_IMPORT = (b"from ", b"import ", b"from\t", b"import\t")
_INNER = re.compile(rb"\blambda\b|\bfor\b")
_IN = re.compile(rb"\bin\b")
_AUGMENTED = (b"+", b"-", b"*", b"/", b"%", b"&", b"|", b"^", b"<", b">", b"@")


_INLINE = ("lambda", "genexpr", "listcomp", "setcomp", "dictcomp")


def _all_bindings(module: Module) -> dict[str, dict[Place, bool]]:
    found: dict[str, dict[Place, bool]] = {}
    try:
        top = symtable.symtable(module.text.decode("utf-8"), module.path, "exec")
    except (SyntaxError, ValueError, RecursionError) as error:
        raise syntax_error(module.path, error) from error
    pending: list[tuple[symtable.SymbolTable, Place]] = [(top, MODULE)]
    while pending:
        table, place = pending.pop()
        for symbol in table.get_symbols():
            if symbol.is_assigned() or symbol.is_parameter() or symbol.is_imported():
                target = MODULE if symbol.is_declared_global() else place
                only_import = symbol.is_imported() and not symbol.is_assigned()
                scopes = found.setdefault(symbol.get_name(), {})
                scopes[target] = scopes.get(target, True) and only_import
        for child in table.get_children():
            own = child.get_type() in ("function", "class") and child.get_name() not in _INLINE
            pending.append((child, (child.get_name(), child.get_lineno()) if own else place))
    return found
