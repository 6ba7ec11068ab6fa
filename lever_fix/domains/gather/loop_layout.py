"""The text of a bounded gather, and the helper that it calls."""

from __future__ import annotations

import ast

from lever_fix.codemod import Definition, Edit, Import, Module, Span
from lever_fix.domains.asyncio_name import AsyncioName
from lever_fix.domains.gather.layout import unit_of
from lever_fix.domains.gather.loops import Loop
from lever_fix.semantics.scopes import scopes

HELPER = "gather_bounded"
_VARIABLE = "_Result"
_CODE = '''\
{signature}
    """Await them all, at most `limit` at a time; the results are in their order."""
    semaphore = {asyncio}.Semaphore(limit)

    async def one(awaitable: Awaitable[{result}]) -> {result}:
        async with semaphore:
            return await awaitable

    return list(await {asyncio}.gather(*map(one, awaitables)))
'''


def helper(asyncio: AsyncioName, target: tuple[int, int], width: int) -> list[Definition]:
    """The definitions that a bounded gather needs in its module.

    Args:
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
    needed = (
        *asyncio.imports,
        Import("collections.abc", "Awaitable"),
        Import("collections.abc", "Iterable"),
    )
    function = Definition(HELPER, code.rstrip("\n"), needed)
    if own:
        return [function]
    variable = Definition(
        _VARIABLE, f'{_VARIABLE} = TypeVar("{_VARIABLE}")', (Import("typing", "TypeVar"),)
    )
    return [variable, function]


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
    head, tail = _frame(module, loop)
    first = ""
    if copy:
        source = ast.unparse(loop.source)
        first = f"{source} = list({source})\n{indent}"
    calls = _calls(module, loop)
    flat = f"{head}await {HELPER}({calls}, limit={limit}){tail}"
    behind = 0 if isinstance(loop.node, ast.For) else _behind(module, span.end)
    room = width - len(before) - behind
    text = flat if len(flat) <= room and "\n" not in flat else None
    text = text or _tall(module, loop, f"{head}await {HELPER}(", limit, tail, indent, width)
    return module.edit(span.start, span.end, (first + text).replace("\n", module.source.newline))


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


def _frame(module: Module, loop: Loop) -> tuple[str, str]:
    """What stands before and behind the gather."""
    match loop.kind:
        case "list":
            parent = scopes(module).parent(loop.node)
            inner = isinstance(parent, ast.Attribute) or (
                isinstance(parent, ast.Subscript) and parent.value is loop.node
            )
            return ("(", ")") if inner else ("", "")
        case "dict":
            return f"dict(zip({_keys(module, loop)}, ", "))"
        case "effect":
            return "", ""
        case "append" if loop.start is None:
            return f"{loop.filled}.extend(", ")"
        case "item" if loop.start is None:
            return f"{loop.filled}.update(zip({_keys(module, loop)}, ", "))"
    assert loop.start is not None
    name = loop.filled
    if isinstance(loop.start, ast.AnnAssign):
        name = f"{name}: {_text(module, loop.start.annotation)}"
    if loop.kind == "append":
        return f"{name} = ", ""
    return f"{name} = dict(zip({_keys(module, loop)}, ", "))"


def _keys(module: Module, loop: Loop) -> str:
    assert loop.key is not None
    source = _text(module, loop.source)
    conditions = "".join(f" if {_text(module, one)}" for one in loop.conditions)
    if not conditions and ast.unparse(loop.key) == ast.unparse(loop.target):
        return source
    return f"({_text(module, loop.key)} for {_items(module, loop)}{conditions})"


def _tall(
    module: Module, loop: Loop, head: str, limit: int, tail: str, indent: str, width: int
) -> str:
    inner = indent + unit_of(indent)
    calls = _calls(module, loop)
    if len(inner) + len(calls) + 1 > width and "\n" not in calls:
        deeper = inner + unit_of(indent)
        parts = [_text(module, loop.call), f"for {_items(module, loop)}"]
        parts += [f"if {_text(module, one)}" for one in loop.conditions]
        lines = "".join(f"{deeper}{part}\n" for part in parts)
        calls = f"(\n{lines}{inner})"
    return f"{head}\n{inner}{calls},\n{inner}limit={limit},\n{indent}){tail}"
