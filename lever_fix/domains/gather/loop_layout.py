"""The text of a bounded gather, and the helper that it calls."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from lever_fix.codemod import Definition, Edit, Import, Module, Span
from lever_fix.domains.asyncio_name import AsyncioName
from lever_fix.domains.gather.layout import unit_of
from lever_fix.domains.gather.loops import Loop
from lever_fix.semantics.names import names_from
from lever_fix.semantics.scopes import scopes

HELPER = "gather_bounded"
_VARIABLE = "_Result"
_ABSTRACT = ("Awaitable", "Iterable")
_CODE = '''\
{signature}
    """Await them all, at most `limit` at a time; the results are in their order."""
    semaphore = {asyncio}.Semaphore(limit)

    async def one(awaitable: Awaitable[{result}]) -> {result}:
        async with semaphore:
            return await awaitable

    return list(await {asyncio}.gather(*map(one, awaitables)))
'''


def helper(
    module: Module, asyncio: AsyncioName, target: tuple[int, int], width: int
) -> list[Definition]:
    """The definitions that a bounded gather needs in its module.

    Args:
        module: The module.
        asyncio: The name of `asyncio` at the top of the module.
        target: Lowest Python version; from 3.12 on a function has type parameters of its own.
        width: Columns a line should keep to.
    """
    own = target >= (3, 12)
    result, parameters = ("T", "[T]") if own else (_VARIABLE, "")
    given = f"awaitables: Iterable[Awaitable[{result}]], limit: int"
    signature = f"async def {HELPER}{parameters}({given}) -> list[{result}]:"
    if len(signature) > width:
        signature = f"async def {HELPER}{parameters}(\n    {given}\n) -> list[{result}]:"
    code = _CODE.format(signature=signature, result=result, asyncio=asyncio.text)
    # `typing` has the same names, and one of a name is enough.
    missing = (name for name in _ABSTRACT if not _is_there(module, name))
    needed = (*asyncio.imports, *(Import("collections.abc", name) for name in missing))
    function = Definition(HELPER, code.rstrip("\n"), needed)
    if own:
        return [function]
    variable = Definition(
        _VARIABLE, f'{_VARIABLE} = TypeVar("{_VARIABLE}")', (Import("typing", "TypeVar"),)
    )
    return [variable, function]


def helper_blocked(module: Module) -> str:
    """A name that the helper needs and that the module has for something else, if there is one."""
    top = scopes(module).top.names
    return next((name for name in _ABSTRACT if name in top and not _is_there(module, name)), "")


def _is_there(module: Module, name: str) -> bool:
    """Whether an import binds the name to the abstract class."""
    found = names_from(module, name, scopes(module).top)
    return bool(found) and found <= {f"typing.{name}", f"collections.abc.{name}"}


def has_comments(module: Module, loop: Loop) -> bool:
    """Whether comments stand where the text changes."""
    span = region(module, loop)
    line_end = module.view.find(b"\n", span.end)
    end = line_end if isinstance(loop.node, ast.For) and line_end >= 0 else span.end
    return any(span.start <= start < end for start, _ in module.lexed.comments)


def region(module: Module, loop: Loop) -> Span:
    """What is replaced: the loop, with the statement above it that makes its result empty."""
    span = module.span(loop.node)
    return Span(module.span(loop.start).start, span.end) if loop.start else span


def loop_edit(module: Module, loop: Loop, limit: int, width: int, *, copy: bool) -> Edit:
    """The edit that makes a loop a bounded gather.

    Args:
        module: Its module.
        loop: A loop without comments.
        limit: How many may run at a time.
        width: Columns a line should keep to.
        copy: Whether what is iterated has to be made a list first.
    """
    span = region(module, loop)
    line = module.view.rfind(b"\n", 0, span.start) + 1
    before = module.view[line : span.start].decode("utf-8")
    indent = before[: len(before) - len(before.lstrip())]
    shape = _shape(module, loop)
    first = ""
    if copy:
        source = ast.unparse(loop.source)
        first = f"{source} = list({source})\n{indent}"
    calls = _calls(module, loop)
    text = shape.flat(f"await {HELPER}({calls}, limit={limit})")
    behind = 0 if isinstance(loop.node, ast.For) else _behind(module, span.end)
    if len(text) > width - len(before) - behind or "\n" in text:
        text = shape.tall(indent, lambda inner: _tall(module, loop, limit, inner, width))
    return module.edit(span.start, span.end, (first + text).replace("\n", module.source.newline))


@dataclass(frozen=True)
class _Shape:
    """What stands around a gather.

    Attributes:
        prefix: What it is assigned to, with the `=`.
        calls: The calls it is an argument of, outermost first, with their other arguments.
        parentheses: Whether it needs some, for what follows it.
    """

    prefix: str = ""
    calls: tuple[tuple[str, tuple[str, ...]], ...] = ()
    parentheses: bool = False

    def flat(self, gather: str) -> str:
        """All on one line."""
        for name, given in reversed(self.calls):
            gather = f"{name}({', '.join((*given, gather))})"
        return f"{self.prefix}({gather})" if self.parentheses else self.prefix + gather

    def tall(self, indent: str, gather: Callable[[str], str]) -> str:
        """As formatters set it: the calls around it a level apart."""
        unit = unit_of(indent)

        def nested(calls: tuple[tuple[str, tuple[str, ...]], ...], at: str) -> str:
            if not calls:
                return gather(at)
            (name, given), inner = calls[0], at + unit
            lines = "".join(f"{inner}{one},\n" for one in given)
            comma = "," if given else ""
            return f"{name}(\n{lines}{inner}{nested(calls[1:], inner)}{comma}\n{at})"

        text = nested(self.calls, indent)
        return f"{self.prefix}({text})" if self.parentheses else self.prefix + text


def _behind(module: Module, offset: int) -> int:
    end = module.view.find(b"\n", offset)
    return (end if end >= 0 else len(module.view)) - offset


def _text(module: Module, node: ast.expr) -> str:
    span = module.span(node)
    return module.view[span.start : span.end].decode("utf-8").replace("\r\n", "\n")


def _calls(module: Module, loop: Loop) -> str:
    conditions = "".join(f" if {_text(module, one)}" for one in loop.conditions)
    return f"({_text(module, loop.call)} for {_items(module, loop)}{conditions})"


def _items(module: Module, loop: Loop) -> str:
    return f"{_target(module, loop)} in {_text(module, loop.source)}"


def _target(module: Module, loop: Loop) -> str:
    return _text(module, loop.target)


def _shape(module: Module, loop: Loop) -> _Shape:
    match loop.kind:
        case "list":
            parent = scopes(module).parent(loop.node)
            inner = isinstance(parent, ast.Subscript) and parent.value is loop.node
            return _Shape(parentheses=inner or isinstance(parent, ast.Attribute))
        case "effect":
            return _Shape()
        case "append":
            calls = (f"{loop.filled}.extend", ())
            return _Shape(calls=(calls,)) if loop.start is None else _Shape(_prefix(module, loop))
    zipped = ("zip", (_keys(module, loop),))
    if loop.kind == "item" and loop.start is None:
        return _Shape(calls=((f"{loop.filled}.update", ()), zipped))
    return _Shape(_prefix(module, loop), (("dict", ()), zipped))


def _prefix(module: Module, loop: Loop) -> str:
    if loop.start is None:
        return ""
    if isinstance(loop.start, ast.AnnAssign):
        return f"{loop.filled}: {_text(module, loop.start.annotation)} = "
    return f"{loop.filled} = "


def _keys(module: Module, loop: Loop) -> str:
    assert loop.key is not None
    source = _text(module, loop.source)
    conditions = "".join(f" if {_text(module, one)}" for one in loop.conditions)
    if not conditions and ast.unparse(loop.key) == ast.unparse(loop.target):
        return source
    return f"({_text(module, loop.key)} for {_items(module, loop)}{conditions})"


def _tall(module: Module, loop: Loop, limit: int, indent: str, width: int) -> str:
    inner = indent + unit_of(indent)
    calls = _calls(module, loop)
    if len(inner) + len(calls) + 1 > width and "\n" not in calls:
        deeper = inner + unit_of(indent)
        parts = [_text(module, loop.call), f"for {_items(module, loop)}"]
        parts += [f"if {_text(module, one)}" for one in loop.conditions]
        lines = "".join(f"{deeper}{part}\n" for part in parts)
        calls = f"(\n{lines}{inner})"
    return f"await {HELPER}(\n{inner}{calls},\n{inner}limit={limit},\n{indent})"
