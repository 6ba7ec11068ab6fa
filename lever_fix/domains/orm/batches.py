"""One query for all rows of a loop, as text: `IN` and a dict, in place of a query for each row."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import pairwise

from lever_fix.domains.orm.layout import RefusedError
from lever_fix.domains.orm.row_queries import RowQuery
from lever_fix.domains.orm.values import Result, Rows
from lever_fix.model import Edit, Import
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


@dataclass(frozen=True)
class Batch:
    """The rewritten loop.

    Attributes:
        edits: The query before the loop, and the lookup inside of it.
        imports: What they need.
        names: The locals they bind.
        text: The lookup, for the message.
    """

    edits: tuple[Edit, ...]
    imports: tuple[Import, ...]
    names: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class _Names:
    """The names of a batch: the dict, one row in it, the rows looped over."""

    found: str
    one: str
    row: str
    rows: str


def batch(query: RowQuery, width: int) -> Batch:
    """The query before the loop and the lookup inside of it.

    Raises:
        RefusedError: The loop is not written in a way that can be rewritten.
    """
    loop, module = query.loop.node, query.event.frame.module
    assert isinstance(loop, ast.For)
    names = _names(query, loop, module)
    column = query.tie.column
    assert column is not None
    key = f"{names.row}.{query.key.name}"
    given = f"[{key} for {names.row} in {names.rows}]"
    indent = _indent(module, loop)
    run = _run(query, module, given)
    lines = _lines(query, names, run, indent, width)
    edits: list[Edit] = []
    if not isinstance(loop.iter, ast.Name):
        edits.append(replaced(module, loop.iter, names.rows))
        lines.insert(0, f"{indent}{names.rows} = {_as_list(query, module, loop.iter)}")
    start = module.view.rfind(b"\n", 0, module.span(loop).start) + 1
    newline = module.source.newline
    lookup = {
        "many": f"{names.found}[{key}]",
        "one": f"{names.found}.get({key})",
        "count": f"{names.found}.get({key}, 0)",
    }[query.shape]
    edits.insert(0, module.edit(start, start, "".join(line + newline for line in lines)))
    edits.append(replaced(module, query.whole, lookup))
    imports = [Import("collections", "defaultdict")] if query.shape == "many" else []
    if query.statement.kind == "get":
        imports.append(Import("sqlalchemy", "select"))
    bound = [names.found] + ([names.one] if query.shape == "many" else [])
    if not isinstance(loop.iter, ast.Name):
        bound.append(names.rows)
    return Batch(tuple(edits), tuple(imports), tuple(bound), lookup)


def _names(query: RowQuery, loop: ast.For, module: Module) -> _Names:
    assert isinstance(loop.target, ast.Name)
    asked = query.asked
    assert asked is not None
    row, one = loop.target.id, _snake(asked.key.rpartition("::")[2].rpartition(".")[2])
    column = query.tie.column
    assert column is not None
    found = {
        "many": f"{_plural(one)}_by_{row}",
        "one": f"{_plural(one)}_by_{column.name}",
        "count": f"{one}_counts",
    }[query.shape]
    known = scopes(module)
    scope = known.scope_of(loop)
    if _is_bound(module, loop, one) and query.shape == "many":
        one = f"one_{one}"
    rows = loop.iter.id if isinstance(loop.iter, ast.Name) else _plural(row)
    if not isinstance(loop.iter, ast.Name) and known.lookup(rows, scope) is not None:
        rows = f"all_{rows}"
    new = [found, one] + ([] if isinstance(loop.iter, ast.Name) else [rows])
    for name in new:
        if known.lookup(name, scope) is not None and not (name == one and query.shape != "many"):
            raise RefusedError("name-taken", f"`{name}` already means something there")
    return _Names(found, one, row, rows)


def _is_bound(module: Module, loop: ast.For, name: str) -> bool:
    known = scopes(module)
    return known.lookup(name, known.scope_of(loop)) is not None


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _plural(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word}s"


def _text(module: Module, node: ast.expr) -> str:
    span = module.span(node)
    return module.view[span.start : span.end].decode()


def replaced(module: Module, node: ast.expr, text: str) -> Edit:
    """Replace an expression with its brackets, where those hold nothing else."""
    span = module.span(node)
    start, end, view = span.start, span.end, module.view
    while True:
        before, after = view[:start].rstrip(b" \n"), view[end:]
        after_start = end + len(after) - len(after.lstrip(b" \n"))
        opened = before.endswith(b"(") and not re.search(rb"[\w\])]\($", before)
        if not opened or view[after_start : after_start + 1] != b")":
            break
        start, end = len(before) - 1, after_start + 1
    if any(start <= at < end for at, _ in module.lexed.comments):
        raise RefusedError("layout", "a comment stands inside the query")
    return module.edit(start, end, text)


def _indent(module: Module, loop: ast.For) -> str:
    start = module.span(loop).start
    line = module.view.rfind(b"\n", 0, start) + 1
    text = module.view[line:start].decode()
    if text.strip():
        raise RefusedError("layout", "the loop does not stand on lines of its own")
    return text


def _as_list(query: RowQuery, module: Module, node: ast.expr) -> str:
    """The rows of the loop as a list, so that they can be gone over twice."""
    text, over = _text(module, node), query.loop.over
    if isinstance(over, Rows) and over.is_list:
        return text
    plain = isinstance(over, Result) or (isinstance(over, Rows) and over.fetch is not None)
    if isinstance(node, ast.Await):
        return f"({text}).all()" if plain else f"list({text})"
    return f"{text}.all()" if plain and isinstance(node, ast.Call) else f"list({text})"


def _run(query: RowQuery, module: Module, given: str) -> tuple[str, list[str], str]:
    """The query for all rows: what runs it, the pieces of its statement, the closing bracket."""
    call = query.event.node
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    session = _text(module, call.func.value)
    awaited = "await " if query.event.fetch.is_async else ""
    if query.statement.kind == "get":
        name = _text(module, query.statement.sources[0])
        assert query.tie.column is not None
        where = f".where({name}.{query.tie.column.name}.in_({given}))"
        return f"{awaited}{session}.scalars(", [f"select({name})", where], ")"
    whole = query.statement.whole
    if whole is None:
        raise RefusedError("built-elsewhere", "the statement is built in several steps")
    text = _in_all(query, module, given)
    if query.statement.kind == "query":
        return "", _pieces(_without_end(text, call.func.attr)), ""
    method = "exec" if call.func.attr == "exec" else "scalars"
    if query.shape == "count":
        column = _column(query, module)
        text = text.replace("select(", f"select({column}, ", 1) + f".group_by({column})"
        method = "execute"
    return f"{awaited}{session}.{method}(", _pieces(text), ")"


def _column(query: RowQuery, module: Module) -> str:
    tie = query.tie
    assert isinstance(tie.node, ast.Compare)
    side = tie.node.left if tie.value is not tie.node.left else tie.node.comparators[0]
    return _text(module, side)


def _in_all(query: RowQuery, module: Module, given: str) -> str:
    """The statement's text with the tie to one row turned into a tie to all of them."""
    whole, tie = query.statement.whole, query.tie
    assert whole is not None
    span = module.span(whole.node)
    inside = module.span(query.event.node)
    if not inside.start <= span.start <= span.end <= inside.end:
        raise RefusedError("built-elsewhere", "the statement is built outside of the call")
    if isinstance(tie.node, ast.Compare):
        target, text = module.span(tie.node), f"{_column(query, module)}.in_({given})"
    else:
        keyword = scopes(module).parent(tie.node)
        named = scopes(module).parent(keyword) if keyword is not None else None
        if not isinstance(named, ast.Call) or len(named.keywords) != 1 or named.args:
            raise RefusedError("layout", "`filter_by` names more than the row")
        assert isinstance(named.func, ast.Attribute)
        assert tie.column is not None
        entity = _text(module, query.statement.sources[0])
        dot = module.span(named.func).end - len("filter_by")
        target = module.span(named)
        target = type(target)(dot, target.end)
        text = f"filter({entity}.{tie.column.name}.in_({given}))"
    before = module.view[span.start : target.start].decode()
    return before + text + module.view[target.end : span.end].decode()


def _without_end(text: str, method: str) -> str:
    """A legacy query without the call that ran it."""
    ending = f".{method}()"
    return text[: -len(ending)] if text.endswith(ending) else text


def _pieces(text: str) -> list[str]:
    """A chain of calls, cut before each dot that continues it."""
    flat = " ".join(text.split())
    flat = flat.replace("( ", "(").replace(" )", ")").replace(" .", ".").replace(",)", ")")
    node: ast.expr = ast.parse(flat, mode="eval").body
    cuts: list[int] = []
    data = flat.encode()
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
        if isinstance(node, ast.Call):
            cuts.append(data.find(b".", node.end_col_offset))
    bounds = [0, *reversed(cuts), len(data)]
    return [data[a:b].decode() for a, b in pairwise(bounds)]


def _lines(
    query: RowQuery, names: _Names, run: tuple[str, list[str], str], indent: str, width: int
) -> list[str]:
    """The lines before the loop."""
    column = query.tie.column
    assert column is not None
    if query.shape == "many":
        head = f"{indent}for {names.one} in "
        return [
            f"{indent}{names.found} = defaultdict(list)",
            *_laid(head, run, ":", indent, width),
            f"{indent}    {names.found}[{names.one}.{column.name}].append({names.one})",
        ]
    inner = f"{indent}    "
    if query.shape == "one":
        pair, target = f"{names.one}.{column.name}: {names.one}", names.one
    else:
        pair, target = f"{column.name}: count", f"{column.name}, count"
    return [
        f"{indent}{names.found} = {{",
        f"{inner}{pair}",
        *_laid(f"{inner}for {target} in ", run, "", inner, width),
        f"{indent}}}",
    ]


def _laid(
    head: str, run: tuple[str, list[str], str], tail: str, indent: str, width: int
) -> list[str]:
    """A head, a query and a tail on one line, or the query's calls on lines of their own."""
    opening, pieces, closing = run
    flat = f"{head}{opening}{''.join(pieces)}{closing}{tail}"
    if len(flat) <= width:
        return [flat]
    inner = f"{indent}    "
    whole = f"{inner}{''.join(pieces)}"
    lines = [whole] if len(whole) <= width else [f"{inner}{piece}" for piece in pieces]
    return [f"{head}{opening or '('}", *lines, f"{indent}{closing or ')'}{tail}"]
