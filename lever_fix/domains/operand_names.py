"""What a name among a union's operands stands for, as far as the text of its module tells.

Only looked up for names that leave a doubt, and by searching for the name alone: an operand is
most often a class that nothing needs to be asked about.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lever_fix.domains.positions import dotted
from lever_fix.semantics.bindings import bindings, may_be_bound
from lever_fix.semantics.lexical import Block
from lever_fix.semantics.module import Module


@dataclass(frozen=True)
class Binding:
    """A statement that gives a name a value which has no `|`, or may have none.

    Attributes:
        what: What the value is, in words.
        block: The function or class the statement stands in; None at module level.
    """

    what: str
    block: Block | None


def visible_binding(module: Module, name: str, offset: int) -> str:
    """What a binding of `name` that is seen from `offset` makes of it; empty where it is a type."""
    found = _suspicious(module, name)
    if not found:
        return ""
    innermost = module.lexed.block_at(offset)
    around = set(module.enclosing(offset))
    for binding in found:
        block = binding.block
        # The names of a class are seen from its own body, not from the functions in it.
        if block is None or (block is innermost if block.is_class else block in around):
            return binding.what
    return ""


def is_variable(module: Module, name: str, offset: int) -> bool:
    """True where `name` is a parameter or a local variable of a function around `offset`."""
    functions = [block for block in module.enclosing(offset) if not block.is_class]
    if not functions:
        return False
    if not may_be_bound(module, name):
        return False
    places = bindings(module, name)
    defined = {(block.name, block.parent) for block in module.lexed.blocks}
    for block in functions:
        place = (block.name, module.source.position(block.start)[0])
        if places.get(place) is False and (name, block) not in defined:
            return True
    return False


def is_assigned(module: Module, name: str) -> bool:
    """True where a statement of the module assigns to the name."""
    key = ("assigned", name)
    if key not in module.memo:
        module.memo[key] = any(True for _ in _assignments(module, name, _ANYTHING))
    return bool(module.memo[key])


def origin(module: Module, name: str) -> str:
    """Where a dotted name comes from: `np.ndarray` is `numpy.ndarray`; empty if not imported."""
    root, dot, rest = name.partition(".")
    key = ("origin", root)
    if key not in module.memo:
        module.memo[key] = _imported(module, root)
    source = str(module.memo[key])
    return f"{source}{dot}{rest}" if source else ""


def _imported(module: Module, root: str) -> str:
    for match in re.finditer(rb"\b%b\b" % re.escape(root.encode()), module.view):
        start, end = module.lexed.statement_at(match.start())
        if not module.view.startswith((b"from", b"import"), start):
            continue
        try:
            nodes = ast.parse(module.view[start:end].decode("utf-8")).body
        except (SyntaxError, ValueError):
            continue
        for node in nodes:
            if found := _source(node, root):
                return found
    return ""


def _source(node: ast.stmt, root: str) -> str:
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if (alias.asname or alias.name) == root:
                return f"{'.' * node.level}{node.module or ''}.{alias.name}"
    elif isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname == root:
                return alias.name
            if alias.asname is None and alias.name.partition(".")[0] == root:
                return root
    return ""


def _suspicious(module: Module, name: str) -> tuple[Binding, ...]:
    key = ("suspicious", name)
    if key not in module.memo:
        found = [Binding("a function", block) for block in _functions(module).get(name, ())]
        for match in _assignments(module, name, _VALUE):
            what = _WHAT[match.group(1)[:1]]
            found.append(Binding(what, module.lexed.block_at(match.start())))
        module.memo[key] = tuple(found)
    known: tuple[Binding, ...] = module.memo[key]
    return known


def _functions(module: Module) -> dict[str, list[Block | None]]:
    """The blocks that functions are defined in, by the functions' names."""
    key = "function-names"
    if key not in module.memo:
        found: dict[str, list[Block | None]] = {}
        for block in module.lexed.blocks:
            if not block.is_class:
                found.setdefault(block.name, []).append(block.parent)
        module.memo[key] = found
    known: dict[str, list[Block | None]] = module.memo[key]
    return known


def _assignments(module: Module, name: str, value: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Statements that assign to the name something that begins as `value` says.

    The name is searched for as plain text: a pattern for each would take longer to compile than
    a file to search.
    """
    view, word = module.view, name.encode()
    at = view.find(word)
    while at >= 0:
        match = value.match(view, at + len(word))
        if match and view[at - 1 : at] in _SPACE and module.lexed.statement_at(at)[0] == at:
            yield match
        at = view.find(word, at + len(word))


_SPACE = (b"", b" ", b"\t", b"\n", b"\f")
_ASSIGNED = rb"[ \t]*(?::[^=\n#]*)?=(?!=)[ \t]*"
_ANYTHING = re.compile(_ASSIGNED)
_VALUE = re.compile(_ASSIGNED + rb"(None\b|[rRuU]?[\"']|lambda\b|functools\.partial\(|partial\()")
_WHAT = {
    b"N": "None",
    b"l": "a function",
    b"f": "a function",
    b"p": "a function",
    **dict.fromkeys((b"r", b"R", b"u", b"U", b'"', b"'"), "a string"),
}


def text(node: ast.expr) -> str:
    """An operand in words: its dotted name, or its source as Python writes it."""
    return dotted(node) or ast.unparse(node)
