"""Write `datetime.utcnow()` as `datetime.now(UTC)`.

Since Python 3.12 `utcnow` is deprecated: it returns the time in UTC without saying that it is, so
that whatever takes it for local time, `timestamp()` first of all, is off by hours.

Fix safety: the new value knows its time zone, and Python refuses to compare or subtract it with one
that does not, so a fix is unsafe. It is safe where only a part of the value is used that is the same
in both: `.year`, `.date()`, `.weekday()`. `utcnow` that is passed on, not called, is left alone.

https://docs.python.org/3/library/datetime.html#datetime.datetime.utcnow
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lever_fix.codemod import Case, Finding, Import, Module, Project, Refusal, Safety, codemod
from lever_fix.semantics.bindings import may_be_bound
from lever_fix.semantics.imports import imports_from
from lever_fix.semantics.names import qualified_name
from lever_fix.semantics.scopes import scopes

UTCNOW = "datetime.datetime.utcnow"
REASON = "the value becomes aware, and comparing it with a naive one raises TypeError"
SAME_PARTS = frozenset("year month day hour minute second microsecond".split())
SAME_CALLS = frozenset("date time weekday isoweekday isocalendar toordinal ctime".split())

CASES = (
    Case(
        "from datetime import datetime\n\nstart = datetime.utcnow()\n",
        "from datetime import UTC, datetime\n\nstart = datetime.now(UTC)\n",
        REASON,
        Safety.UNSAFE,
        target="py311",
    ),
    Case(
        "import datetime as dt\n\nyear = dt.datetime.utcnow().year\n",
        "import datetime as dt\n\nyear = dt.datetime.now(dt.timezone.utc).year\n",
        "the year is the same",
        target="py310",
    ),
    Case("import arrow\n\nstart = arrow.utcnow()\n", None, "another library's"),
    Case(
        "from datetime import datetime\n\nfield(default_factory=datetime.utcnow)\n",
        None,
        "what is passed on has to be callable without arguments",
    ),
)


@codemod(summary="Take the time in UTC as an aware datetime", triggers=("utcnow",), cases=CASES)
def aware_utcnow(module: Module, project: Project) -> Iterator[Finding | Refusal]:
    """A finding for each call; a refusal where the function itself is passed on."""
    parent = scopes(module).parent
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute) or qualified_name(module, node) != UTCNOW:
            continue
        if module.text[: module.span(node).end].endswith(b"utcnow"):  # not inside an old f-string
            call = parent(node)
            if isinstance(call, ast.Call) and call.func is node and not call.args:
                yield _aware(module, project, node, call)
            else:
                yield module.refusal(module.span(node), "not-called", "`utcnow` is passed on")


def _aware(
    module: Module, project: Project, node: ast.Attribute, call: ast.Call
) -> Finding | Refusal:
    """The finding for a call, or why there is none."""
    span, end = module.span(call), module.span(node).end
    name, utc = ("UTC", "UTC") if project.target >= (3, 11) else ("timezone", "timezone.utc")
    needs = None
    if isinstance(node.value, ast.Attribute):  # `datetime.datetime`: the module is at hand
        utc = f"{ast.unparse(node.value.value)}.{utc}"
    elif _is_taken(module, name):
        return module.refusal(span, "name-taken", f"`{name}` is something else here")
    else:
        needs = module.needs(imports=(Import("datetime", name),))
    inside = module.text.index(b"(", end) + 1
    is_same = _has_same_part(module, call)
    return module.finding(
        span,
        "`utcnow()` does not say that it is in UTC",
        safety=Safety.SAFE if is_same else Safety.UNSAFE,
        reasons=() if is_same else (REASON,),
        edits=(module.edit(end - len("utcnow"), end, "now"), module.edit(inside, inside, utc)),
        needs=needs,
    )


def _has_same_part(module: Module, call: ast.Call) -> bool:
    """True where all that is used of the value is the same with and without a time zone."""
    part = scopes(module).parent(call)
    if not isinstance(part, ast.Attribute):
        return False
    use = scopes(module).parent(part)
    is_called = isinstance(use, ast.Call) and use.func is part
    return part.attr in (SAME_CALLS if is_called else SAME_PARTS)


def _is_taken(module: Module, name: str) -> bool:
    """True where the name may be bound to anything but what `datetime` calls so."""
    if not may_be_bound(module, name):
        return False
    return not any(one.name == one.bound == name for one in imports_from(module, "datetime"))
