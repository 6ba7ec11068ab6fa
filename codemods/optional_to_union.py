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

from lever_fix.codemod import Case, Finding, Module, Project, Refusal, Safety, codemod
from lever_fix.domains.annotation_reach import evaluation
from lever_fix.domains.type_operands import doubts, is_operand
from lever_fix.domains.typing_uses import Use, dotted, typing_names, typing_uses
from lever_fix.domains.union_text import Form, forms, scope_doubts, union_edits

_WANTED = frozenset({"Optional", "Union"})
_MESSAGES = {
    "Optional": "`Optional[X]` is `X | None` since Python 3.10",
    "Union": "`Union[X, Y]` is `X | Y` since Python 3.10",
}
_INSPECTING = frozenset({"get_origin", "id", "repr", "str", "type"})

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
    names = typing_names(module, _WANTED)
    group: list[Use] = []
    end = -1
    for use in typing_uses(module, names, _WANTED):
        head = use.parents[0]
        if not isinstance(head, ast.Subscript) or head.value is not use.node:
            continue
        span = use.span(head)
        if span.start >= end:
            if group:
                yield _judge(module, project, forms(group))
            group, end = [], span.end
        group.append(use)
    if group:
        yield _judge(module, project, forms(group))


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
        reasons.update(dict.fromkeys(_reasons(module, form)))
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
        if not all(map(is_operand, form.flat)) or (
            form.use.name == "Optional" and len(form.operands) != 1
        ):
            return "not-a-type", "what stands inside the brackets is no type"
        if form.has_string and not _may_quote(form):
            return (
                "string-operand",
                "a string has no `|`, and only an annotation may become a string as a whole",
            )
        if blocked := _inspected(form.use):
            return "inspected", blocked
    blocked = evaluation(module, group[0].use, **_at(project)).blocked
    return ("target-version", blocked) if blocked else None


def _may_quote(form: Form) -> bool:
    place = form.use.place
    return place.annotation or place.quoted is not None or place.callee.endswith("cast")


def _at(project: Project) -> dict[str, tuple[int, int]]:
    return {"since": (3, 10), "target": project.target}


def _reasons(module: Module, form: Form) -> Iterator[str]:
    if isinstance(form.node.slice, ast.Tuple) and form.use.name == "Optional":
        yield "`Optional[X,]` raises TypeError where it is evaluated, and `X | None` does not"
    if form.has_string:
        yield from scope_doubts(module, form)
    yield from doubts(module, form.flat, form.use.offset)


def _inspected(use: Use) -> str:
    """What tells the two spellings apart at run time, if anything around the form does."""
    form, parent = use.parents[:2]
    if isinstance(parent, ast.Compare) and any(
        isinstance(operator, ast.Is | ast.IsNot) for operator in parent.ops
    ):
        return "compared by identity, which `X | Y` does not have"
    if isinstance(parent, ast.Attribute) and parent.attr != "__args__":
        return f"`.{parent.attr}` of the result is looked at"
    if isinstance(parent, ast.Call):
        name = dotted(parent.func)
        if parent.func is form:
            return "the form is called"
        if name.rpartition(".")[2] in _INSPECTING:
            return f"`{name}()` tells the two spellings apart"
    return ""
