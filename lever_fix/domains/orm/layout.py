"""Where loader options go in the text of a statement, within the width of a line."""

from __future__ import annotations

import ast

from lever_fix.domains.orm.values import Site, Statement
from lever_fix.model import Edit, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


class RefusedError(Exception):
    """The options cannot be written there; says why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


def option_edits(statement: Statement, site: Site, texts: list[str], width: int) -> list[Edit]:
    """The edits that add options to a statement: where it has some, or right behind its start."""
    module = site.module
    if not texts:
        return []
    if statement.kind == "get":
        return _keyword(module, site, texts, width)
    call = next((one for one in statement.option_calls if one.module is module), None)
    if call is not None and isinstance(call.node, ast.Call) and call.node.args:
        if any(isinstance(one, ast.GeneratorExp) for one in call.node.args):
            raise RefusedError("layout", "the options come from a generator")
        return _more(module, call.node, texts, width)
    return _fresh(module, site.node, texts, width)


def _more(module: Module, call: ast.Call, texts: list[str], width: int) -> list[Edit]:
    """Further arguments of a call, behind its last one."""
    last = module.span(call.args[-1])
    if call.lineno == call.end_lineno or call.end_lineno == call.args[-1].end_lineno:
        return _further(module, call, last.end, texts, width)
    indent = _indent(module, last.start)
    more = "".join(f",{module.source.newline}{indent}{one}" for one in texts)
    return [module.edit(last.end, last.end, more)]


def _further(module: Module, call: ast.Call, at: int, texts: list[str], width: int) -> list[Edit]:
    """Insert into the arguments of a call; they go on lines of their own where it is too long."""
    text = "".join(f", {one}" for one in texts)
    view = module.view
    line = view.rfind(b"\n", 0, at) + 1
    stop = view.find(b"\n", at)
    length = (stop if stop >= 0 else len(view)) - line + len(text)
    end = module.span(call).end - 1
    first = module.span(call.args[0]).start
    plain = view[first - 1 : first] == b"(" and b"\n" not in view[first:end]
    if length <= width or not plain:
        return [module.edit(at, at, text)]
    newline, indent = module.source.newline, _indent(module, first)
    if len(indent) + 4 + end - first + len(text) > width:
        breaks = [module.span(one).start for one in call.args[1:]]
        inner = f"{newline}{indent}    "
        return [
            module.edit(first, first, inner),
            *(module.edit(one - 1, one, inner) for one in breaks if view[one - 1 : one] == b" "),
            module.edit(at, at, "".join(f",{inner}{one}" for one in texts)),
            module.edit(end, end, f",{newline}{indent}"),
        ]
    return [
        module.edit(first, first, f"{newline}{indent}    "),
        module.edit(at, at, text),
        module.edit(end, end, f"{newline}{indent}"),
    ]


def _fresh(module: Module, node: ast.expr, texts: list[str], width: int) -> list[Edit]:
    """`.options(...)` behind the statement's start; a line that gets too long is broken."""
    view, end = module.view, module.span(node).end
    line = view.rfind(b"\n", 0, end) + 1
    stop = view.find(b"\n", end)
    stop = stop if stop >= 0 else len(view)
    inline = f".options({', '.join(texts)})"
    chain = _chain(module, node)
    broken = chain and b"\n" in view[end : chain[0].start].strip(b" ")
    if not broken and stop - line + len(inline) <= width:
        return [module.edit(end, end, inline)]
    if broken and chain:
        return [module.edit(end, end, _on_its_own(module, chain[0].start, texts, width))]
    wrapped = _wrapped(module, node, texts, width)
    if wrapped is not None:
        return wrapped
    indent = _indent(module, end)
    return [module.edit(end, end, _broken(indent, texts, width, module.source.newline))]


def _indent(module: Module, offset: int) -> str:
    start = module.view.rfind(b"\n", 0, offset) + 1
    text = module.view[start:offset]
    return text[: len(text) - len(text.lstrip())].decode()


def _on_its_own(module: Module, at: int, texts: list[str], width: int) -> str:
    """`.options(...)` on a line indented as the one at `at` is."""
    return module.source.newline + _indent(module, at) + _call(
        _indent(module, at), texts, width, module.source.newline
    )  # fmt: skip


def _call(indent: str, texts: list[str], width: int, newline: str) -> str:
    inline = f".options({', '.join(texts)})"
    if len(indent) + len(inline) <= width:
        return inline
    return _broken(indent, texts, width, newline)


def _broken(indent: str, texts: list[str], width: int, newline: str) -> str:
    """`.options(...)` with its arguments on a line below, or each on one of its own."""
    flat = ", ".join(texts)
    if len(indent) + 4 + len(flat) <= width:
        return f".options({newline}{indent}    {flat}{newline}{indent})"
    inner = "".join(f"{indent}    {one},{newline}" for one in texts)
    return f".options({newline}{inner}{indent})"


def _chain(module: Module, node: ast.expr) -> list[Span]:
    """The method calls chained to a statement's start: from each dot to its closing bracket."""
    known = scopes(module)
    found: list[Span] = []
    inner: ast.AST = node
    for outer in known.ancestors(node):
        if isinstance(outer, ast.Attribute):
            inner = outer
        elif isinstance(outer, ast.Call) and outer.func is inner:
            assert isinstance(inner, ast.Attribute)
            dot = module.view.find(b".", module.span(inner.value).end)
            found.append(Span(dot, module.span(outer).end))
            inner = outer
        else:
            break
    return found


def _wrapped(module: Module, node: ast.expr, texts: list[str], width: int) -> list[Edit] | None:
    """The chain with one call on each line, in brackets that are there already or are added."""
    known, view = scopes(module), module.view
    chain = _chain(module, node)
    whole: ast.AST = node
    for outer in known.ancestors(node):
        is_link = isinstance(outer, ast.Attribute) or (
            isinstance(outer, ast.Call) and outer.func is whole
        )
        if not is_link:
            break
        whole = outer
    span = module.span(whole)
    if b"\n" in view[span.start : span.end]:
        return None
    parent = known.parent(whole)
    newline, indent = module.source.newline, _indent(module, span.start)
    line = view.rfind(b"\n", 0, span.start) + 1
    before = after = ""
    if not view[line : span.start].strip() and _in_brackets(module, parent, whole):
        inner = indent
    elif isinstance(parent, ast.Call) and parent.args == [whole] and not parent.keywords:
        if (view[span.start - 1 : span.start], view[span.end : span.end + 1]) != (b"(", b")"):
            return None
        inner = f"{indent}    "
        before, after = newline + inner, newline + indent
    elif (
        isinstance(parent, _WHOLE) and getattr(parent, "value", getattr(parent, "iter", 0)) is whole
    ):
        inner = f"{indent}    "
        before, after = f"({newline}{inner}", f"{newline}{indent})"
    else:
        return None
    flat = f".options({', '.join(texts)})"
    end = module.span(node).end
    if span.end - span.start + len(inner) + len(flat) <= width:
        chain, option = [], flat
    elif not chain:
        option = _broken(inner, texts, width, newline)
        if isinstance(parent, _WHOLE):
            return [module.edit(end, end, _broken(indent, texts, width, newline))]
    else:
        option = newline + inner + _call(inner, texts, width, newline)
    edits = [module.edit(span.start, span.start, before)] if before else []
    edits.append(module.edit(end, end, option))
    edits += [module.edit(one.start, one.start, newline + inner) for one in chain]
    return [*edits, module.edit(span.end, span.end, after)] if after else edits


_WHOLE = (ast.AnnAssign, ast.Assign, ast.AsyncFor, ast.For, ast.Return)


def _in_brackets(module: Module, parent: ast.AST | None, node: ast.AST) -> bool:
    before = module.view[: module.span(node).start].rstrip()
    return before.endswith((b"(", b"[")) and isinstance(parent, ast.AST)


def _keyword(module: Module, site: Site, texts: list[str], width: int) -> list[Edit]:
    """`options=[...]` of `session.get`."""
    call = site.node
    assert isinstance(call, ast.Call)
    for keyword in call.keywords:
        if keyword.arg == "options":
            if not isinstance(keyword.value, ast.List) or not keyword.value.elts:
                raise RefusedError("layout", "the options are no plain list")
            end = module.span(keyword.value.elts[-1]).end
            return [module.edit(end, end, "".join(f", {one}" for one in texts))]
    last = [*call.args, *(one.value for one in call.keywords)][-1]
    end = module.span(last).end
    text = f"options=[{', '.join(texts)}]"
    if not call.args:
        return [module.edit(end, end, f", {text}")]
    indent = _indent(module, module.span(call.args[0]).start) + "    "
    if len(indent) + len(text) + 1 > width:
        newline = module.source.newline
        inner = "".join(f"{newline}{indent}    {one}," for one in texts)
        text = f"options=[{inner}{newline}{indent}]"
    return _further(module, call, end, [text], width)
