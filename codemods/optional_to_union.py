"""Write `Optional[X]` as `X | None` and `Union[X, Y]` as `X | Y`.

Since Python 3.10 the operator says the same without an import, and reads as the union it is
(PEP 604). Every spelling of the import is understood, nested forms are rewritten in one go,
comments stay where they are, and quoted annotations are rewritten inside their quotes.

Fix safety: `X | Y` evaluates equal to `Union[X, Y]` wherever the operands are types, so most
findings are safe. A finding is unsafe, with the reason, where an operand may be something that has
no `|`: a call, a function, a string alias. Below Python 3.10 only annotations that nothing
evaluates are rewritten. Code that tells the two apart on purpose, by `is`, `get_origin`, `repr` or
attributes of the result, is left alone where it can be seen.

https://docs.python.org/3/library/stdtypes.html#types-union
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from lever_fix.codemod import (
    Case,
    Edit,
    Finding,
    Module,
    Needs,
    Project,
    Refusal,
    Safety,
    Span,
    codemod,
)
from lever_fix.domains.annotation_reach import STRINGS_FROM, evaluation, never_evaluated, reader
from lever_fix.domains.positions import dotted
from lever_fix.domains.type_operands import doubts, is_operand, may_be_tuple
from lever_fix.domains.typing_uses import Use, typing_names, typing_uses
from lever_fix.domains.union_text import Form, forms, scope_doubts, union_edits

_WANTED = frozenset({"Optional", "Union"})
_SINCE = (3, 10)
_MESSAGES = {
    "Optional": "`Optional[X]` is `X | None` since Python 3.10",
    "Union": "`Union[X, Y]` is `X | Y` since Python 3.10",
}
_INSPECTING = frozenset(
    "ascii format get_origin getattr hasattr id print repr str type vars".split()
)
_CHECKING = frozenset({"isinstance", "issubclass"})

_CASES = (
    Case(
        "from typing import Optional\n\n\n"
        "def find(name: Optional[str] = None) -> Optional[int]: ...\n",
        "def find(name: str | None = None) -> int | None: ...\n",
    ),
    Case(
        "from typing import Any, Union\n\nJson = Union[int, str, list[Any], None]\n",
        "from typing import Any\n\nJson = int | str | list[Any] | None\n",
    ),
    Case(
        'from typing import Optional\n\n\nclass Order:\n    customer: Optional["Customer"]\n',
        'class Order:\n    customer: "Customer | None"\n',
    ),
    Case(
        "from typing import Optional\n\nlock: Optional[make_lock()] = None\n",
        "lock: make_lock() | None = None\n",
        safety=Safety.UNSAFE,
        why="what a call returns may not support `|`",
    ),
    Case(
        'from typing import Optional\n\nAlias = Optional["Order"]\n',
        why='`"Order" | None` raises TypeError, and an alias must not become a string',
    ),
    Case(
        "from typing import Optional\n\n\ndef f(x: Optional[int]): ...\n",
        target="py39",
        why="evaluated when the function is defined, and Python 3.9 has no `|` for types",
    ),
)


@codemod(
    summary="Write Optional[X] as X | None and Union[X, Y] as X | Y",
    triggers=("Optional", "Union"),
    cases=_CASES,
)
def optional_to_union(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """One finding for each outermost `Optional[...]` or `Union[...]`."""
    group: list[Use] = []
    end = -1
    for use in typing_uses(module)[1]:
        if use.name not in _WANTED:
            continue
        head = use.parents[0]
        if not isinstance(head, ast.Subscript) or head.value is not use.node:
            continue
        span = use.span(head)
        if span.start >= end:
            if group:
                yield _plain(module, project, group) or _judge(module, project, forms(group))
            group, end = [], span.end
        group.append(use)
    if group:
        yield _plain(module, project, group) or _judge(module, project, forms(group))


class _Plain(NamedTuple):
    """What an ordinary annotation becomes, offsets relative to its own first byte.

    It depends on nothing but the text and what the names in it stand for, so it is worked out
    once for all places where the same text stands.
    """

    names: tuple[tuple[str, str], ...]
    span: Span
    edits: tuple[Edit, ...]
    operands: tuple[ast.expr, ...]
    needs: tuple[str, ...]


def _plain(module: Module, project: Project, group: list[Use]) -> Finding | None:
    """The finding for an ordinary annotation whose operands leave no doubt; else None."""
    use = group[0]
    head = use.parents[0]
    if not use.ordinary or project.target < _SINCE:
        return None
    names = tuple((one.name, one.bound) for one in group)
    base = use.origin[0]
    known: _Plain | None = getattr(head, "_lever_plain", None)
    if known is None or known.names != names:
        built = forms(group)
        if any(isinstance(one.node.slice, ast.Tuple) != (one.use.name == "Union") for one in built):
            return None  # `Union[TYPES]` and `Optional[X,]` are no ordinary forms
        if _refused(module, project, built):
            return None
        edits = tuple(
            Edit("", edit.start - base, edit.end - base, edit.text)
            for edit in union_edits(module, built, project.line_length)
        )
        if not edits:
            return None
        span = built[0].span
        operands = tuple(node for form in built for node in (*form.flat, *_beside(form.use)))
        freed = tuple(dict.fromkeys(bound for _, bound in names))
        known = _Plain(names, Span(span.start - base, span.end - base), edits, operands, freed)
        head._lever_plain = known  # type: ignore[attr-defined]
    if any(doubts(module, known.operands, use.offset)):
        return None
    path = module.path
    return module.finding(
        Span(known.span.start + base, known.span.end + base),
        _MESSAGES[use.name],
        edits=tuple(Edit(path, e.start + base, e.end + base, e.text) for e in known.edits),
        needs=Needs(path, freed=known.needs),
        statement=use.offset,
    )


def _judge(module: Module, project: Project, group: list[Form]) -> Finding | Refusal:
    outer = group[0]
    span = outer.span
    if refused := _refused(module, project, group):
        return module.refusal(span, *refused)
    edits = union_edits(module, group, project.line_length)
    if not edits:
        return module.refusal(span, "layout", "a comment, an escape or both kinds of quotes inside")
    reasons = dict.fromkeys(evaluation(module, outer.use, **_at(project)).doubts)
    for form in group:
        reasons.update(dict.fromkeys(_reasons(module, project, form)))
    return module.finding(
        span,
        _MESSAGES[outer.use.name],
        safety=Safety.UNSAFE if reasons else Safety.SAFE,
        reasons=tuple(reasons),
        edits=edits,
        needs=module.needs(freed=tuple(dict.fromkeys(form.use.bound for form in group))),
    )


def _refused(module: Module, project: Project, group: list[Form]) -> tuple[str, str] | None:
    """The reason code and the words for why a form stays as it is, if it does."""
    for form in group:
        if refused := _no_type(module, form) or _quoted_operand(module, form):
            return refused
        if inspected := _inspected(form.use):
            return "inspected", inspected
    blocked = evaluation(module, group[0].use, **_at(project)).blocked
    return ("target-version", blocked) if blocked else None


def _no_type(module: Module, form: Form) -> tuple[str, str] | None:
    """Why what a form holds cannot be written with `|` at all."""
    optional, operands = form.use.name == "Optional", form.operands
    if not isinstance(form.node.ctx, ast.Load):
        return "not-a-type", "the form is assigned to"
    if not (operands and all(map(is_operand, form.flat))) or (optional and len(operands) != 1):
        return "not-a-type", "what stands inside the brackets is no type"
    if not optional and form.node.slice is operands[0] and may_be_tuple(module, operands[0]):
        return "not-a-type", "what stands inside the brackets may be a tuple of types"
    if form.means_none and not _is_whole_annotation(form):
        return "is-none", "this is `type(None)` when evaluated, and `None` is not"
    return None


def _is_whole_annotation(form: Form) -> bool:
    place, parent = form.use.place, form.use.parents[1]
    return place.callee.endswith("cast") or (
        place.annotation and not isinstance(parent, ast.expr | ast.slice)
    )


def _quoted_operand(module: Module, form: Form) -> tuple[str, str] | None:
    """Why a string among the operands, or beside the form, keeps it from being rewritten."""
    if form.has_string and not _may_quote(module, form):
        return (
            "string-operand",
            "a string has no `|`, and only an annotation may become a string as a whole",
        )
    beside = list(_beside(form.use))
    if beside and form.has_string and form.use.place.quoted is None:
        return "string-operand", "a string has no `|`, and here another operand follows"
    if any(isinstance(node, ast.Constant) and node.value for node in beside):
        return "string-operand", "`Optional[X]` can stand beside a string and `|`, `X | None` not"
    return None


def _may_quote(module: Module, form: Form) -> bool:
    place = form.use.place
    if place.annotation or place.quoted is not None:
        return True
    return place.callee != "" and typing_names(module).resolve(place.callee) == "cast"


def _beside(use: Use) -> Iterator[ast.expr]:
    """The operands that `|` already joins to a form."""
    below: ast.AST = use.parents[0]
    for node in use.parents[1:]:
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)):
            return
        yield from _operands(node.right if node.left is below else node.left)
        below = node


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        yield from _operands(node.left)
        yield from _operands(node.right)
    else:
        yield node


def _at(project: Project) -> dict[str, tuple[int, int]]:
    return {"since": _SINCE, "target": project.target}


def _reasons(module: Module, project: Project, form: Form) -> Iterator[str]:
    use = form.use
    if isinstance(form.node.slice, ast.Tuple) and use.name == "Optional":
        yield "`Optional[X,]` raises TypeError where it is evaluated, and `X | None` does not"
    if form.has_string:
        yield from scope_doubts(module, form)
        old = project.target < STRINGS_FROM and _in_builtin_generic(module, use)
        if old and (who := reader(module, use)):
            yield f"{who} may evaluate it, and before Python 3.11 the string is not resolved"
    operands = [*form.flat, *_beside(use)]
    if never_evaluated(module, use):
        operands = [node for node in operands if isinstance(node, ast.Call)]
    yield from doubts(module, operands, use.offset)


def _in_builtin_generic(module: Module, use: Use) -> bool:
    """True inside `list[...]` and its like, which keep a string as plain text."""
    if use.place.quoted:
        return False
    heads = [node.value for node in use.parents[1:] if isinstance(node, ast.Subscript)]
    return bool(heads) and not typing_names(module).resolve(dotted(heads[0]))


def _inspected(use: Use) -> str:
    """What tells the two spellings apart at run time, if anything around the form does."""
    form, parent = use.parents[:2]
    match parent:
        case ast.Compare(ops=ops) if any(isinstance(op, ast.Is | ast.IsNot) for op in ops):
            return "compared by identity, which `X | Y` does not have"
        case ast.Attribute(attr=attr) if attr not in ("__args__", "__parameters__"):
            return f"`.{attr}` of the result is looked at"
        case ast.BinOp(op=op) if not isinstance(op, ast.BitOr):
            return "a type takes no operator but `|`: what the form is evaluated to is printed"
        case ast.Call(func=func, args=args):
            name = dotted(func).rpartition(".")[2]
            if func is form:
                return "the form is called"
            if name in _INSPECTING or (name in _CHECKING and args[:1] == [form]):
                return f"`{name}()` tells the two spellings apart"
    return ""
