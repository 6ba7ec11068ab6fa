"""Where loader options go in the text of a statement, within the width of a line."""

from __future__ import annotations

import ast

from lever_fix.domains.orm.values import Site, Statement
from lever_fix.model import Edit, Span
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes


class Refused(Exception):
    """The options cannot be written there; says why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


def option_edits(statement: Statement, site: Site, texts: list[str], width: int) -> list[Edit]:
    """The edits that add options to a statement: where it has some, or right behind its start."""
    module = site.module
    if statement.kind == "get":
        return [_keyword(module, site, texts)]
    call = next((one for one in statement.option_calls if _is_around(one, site)), None)
    if call is not None and isinstance(call.node, ast.Call) and call.node.args:
        end = module.span(call.node.args[-1]).end
        if any(isinstance(one, ast.GeneratorExp) for one in call.node.args):
            raise Refused("layout", "the options come from a generator")
        return [module.edit(end, end, _more(module, call.node, texts, width))]
    return _fresh(module, site.node, texts, width)


def _is_around(call: Site, site: Site) -> bool:
    return call.module is site.module and (
        any(inner is site.node for inner in ast.walk(call.node)) or isinstance(call.node, ast.Call)
    )


def _more(module: Module, call: ast.Call, texts: list[str], width: int) -> str:
    last = call.args[-1]
    line = module.view.rfind(b"\n", 0, module.span(last).end) + 1
    stop = module.view.find(b"\n", module.span(last).end)
    length = (stop if stop >= 0 else len(module.view)) - line
    broken = call.end_lineno != last.end_lineno
    inline = ", ".join(texts)
    if not broken and length + len(inline) + 2 <= width:
        return f", {inline}"
    start = module.view.rfind(b"\n", 0, module.span(last).start) + 1
    text = module.view[start : module.span(last).start]
    indent = text[: len(text) - len(text.lstrip())].decode()
    if not broken:
        indent += "    " if text.strip() else ""
    return "".join(f",{module.source.newline}{indent}{one}" for one in texts)


def _fresh(module: Module, node: ast.expr, texts: list[str], width: int) -> list[Edit]:
    """`.options(...)`, on lines of its own where the line would be too long."""
    view, end = module.view, module.span(node).end
    line = view.rfind(b"\n", 0, end) + 1
    stop = view.find(b"\n", end)
    length = (stop if stop >= 0 else len(view)) - line
    inline = f".options({', '.join(texts)})"
    if length + len(inline) <= width:
        return [module.edit(end, end, inline)]
    text = view[line:end]
    indent = text[: len(text) - len(text.lstrip())].decode()
    newline = module.source.newline
    wrapped = _wrapped(module, node, line, stop)
    if wrapped is not None and wrapped.end - wrapped.start + len(inline) + len(indent) + 4 <= width:
        return [
            module.edit(wrapped.start, wrapped.start, f"{newline}{indent}    "),
            module.edit(end, end, inline),
            module.edit(wrapped.end, wrapped.end, f"{newline}{indent}"),
        ]
    inner = "".join(f"{indent}    {one},{newline}" for one in texts)
    return [module.edit(end, end, f".options({newline}{inner}{indent})")]


def _wrapped(module: Module, node: ast.expr, line: int, stop: int) -> Span | None:
    """The one argument of a call that the statement is, where all of it stands on one line."""
    known = scopes(module)
    inner: ast.AST = node
    for outer in known.ancestors(node):
        if isinstance(outer, ast.Call) and outer.args == [inner] and not outer.keywords:
            span = module.span(inner)
            brackets = (
                module.view[span.start - 1 : span.start] + module.view[span.end : span.end + 1]
            )
            fits = brackets == b"()" and span.start > line and (stop < 0 or span.end < stop)
            return span if fits else None
        if not isinstance(outer, ast.Attribute | ast.Call) or (
            isinstance(outer, ast.Call) and outer.func is not inner
        ):
            return None
        inner = outer
    return None


def _keyword(module: Module, site: Site, texts: list[str]) -> Edit:
    """`options=[...]` of `session.get`."""
    call = site.node
    assert isinstance(call, ast.Call)
    for keyword in call.keywords:
        if keyword.arg == "options":
            if not isinstance(keyword.value, ast.List) or not keyword.value.elts:
                raise Refused("layout", "the options are no plain list")
            end = module.span(keyword.value.elts[-1]).end
            return module.edit(end, end, "".join(f", {one}" for one in texts))
    last = [*call.args, *(one.value for one in call.keywords)][-1]
    end = module.span(last).end
    return module.edit(end, end, f", options=[{', '.join(texts)}]")
