"""What of each file tells, without its tree, which of its functions are worth a walk."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from lever_fix.domains.orm.extract import models_of
from lever_fix.domains.orm.facts import ModelFacts
from lever_fix.domains.orm.values import FunctionNode
from lever_fix.index.facts import ModuleFacts
from lever_fix.index.section import Section
from lever_fix.model import Value
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes

TRIGGERS = ("sqlalchemy", "sqlmodel", "session")
"""Words of which a file has one if its functions are looked at; others are only called."""

_QUERY = re.compile(
    rb"\.(?:execute|exec|scalars?|stream|stream_scalars|query|refresh)\(|\.get(?:_one)?\(\s*[\w.]*[A-Z]"
)
_ROW_BY_ROW = tuple(
    # Plain text, each alone: `re` searches for that at the speed of memory.
    re.compile(re.escape(word))
    for word in (b"for ", b"map(", b"sorted(", b"model_validate", b"from_orm")
)
_VERBS = frozenset({"api_route", "delete", "get", "patch", "post", "put", "route"})
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


class Outline(Value, frozen=True, omit_defaults=True):
    """What a file says of its functions as far as queries go.

    Attributes:
        queries: Whether anything in it runs a query, by the names of calls.
        direct: Qualified names of the functions that do.
        rows: Line and qualified name of the functions that may go over rows, or answer a request.
        querying: The lines of those that run a query.
        loops: Whether code outside of functions and classes loops.
    """

    queries: bool = False
    direct: tuple[str, ...] = ()
    rows: tuple[tuple[int, str], ...] = ()
    querying: tuple[int, ...] = ()
    loops: bool = False


def _outline(module: Module, facts: ModuleFacts) -> Outline | None:
    places = _Places(module)
    is_test = "test" in module.path.rpartition("/")[2]
    rows: list[tuple[int, str]] = []
    querying: list[int] = []
    is_looked_at = any(word.encode() in module.text for word in TRIGGERS)
    for scope in scopes(module).every if is_looked_at else ():
        node, name = scope.node, scope.qualified_name
        if scope.kind != "function" or not isinstance(node, FunctionNode):
            continue
        if is_test and node.name.startswith("test_"):
            continue
        span = places.span(node)
        if places.goes_over(span) or response_model(node) is not None:
            rows.append((node.lineno, name))
            if places.queries(span):
                querying.append(node.lineno)
    made = Outline(
        bool(places.found),
        tuple(_direct(places, facts)) if places.found else (),
        tuple(rows),
        tuple(querying),
        is_looked_at and _loops(module),
    )
    return None if made == Outline() else made


def response_model(node: FunctionNode) -> ast.expr | None:
    """The response model of a FastAPI route: its `response_model`, else its return annotation."""
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        if decorator.func.attr in _VERBS:
            given = [one.value for one in decorator.keywords if one.arg == "response_model"]
            model = given[0] if given else node.returns
            if model is not None:
                return model
    return None


def _models(module: Module, facts: ModuleFacts) -> ModelFacts | None:
    if not facts.classes or not may_map(facts):
        return None
    made = models_of(module)
    return None if made == ModelFacts() else made


OUTLINE = Section("orm-outline", Outline, _outline)
MODELS = Section("orm-models", ModelFacts, _models)
SECTIONS = (OUTLINE, MODELS)
"""What the index keeps of every file for the analysis of ORM code."""


def may_map(facts: ModuleFacts) -> bool:
    """Whether a file may map classes: it imports an ORM, or a base that does."""
    return any(
        target.startswith(("sqlalchemy", "sqlmodel", "flask_sqlalchemy", "flask_appbuilder"))
        or bound in ("db", "Base", "Model", "orm", "models")
        for bound, target in facts.imports.items()
    )


class _Places:
    """Where in the text of a module queries are run, and rows are gone over."""

    def __init__(self, module: Module) -> None:
        self.starts = module.source.line_starts
        self.length = len(module.view)
        self.found = [one.span() for one in _QUERY.finditer(module.view)]
        self._queries = [start for start, _ in self.found]
        self._view = module.view

    @cached_property
    def _rows(self) -> list[tuple[int, int]]:
        return sorted(one.span() for word in _ROW_BY_ROW for one in word.finditer(self._view))

    def span(self, node: FunctionNode) -> tuple[int, int]:
        """The lines of a function, from its `def`."""
        end = node.end_lineno or node.lineno
        return self.line(node.lineno), self.line(end + 1)

    def line(self, number: int) -> int:
        """Where a line starts."""
        return self.starts[number - 1] if number <= len(self.starts) else self.length

    def queries(self, span: tuple[int, int]) -> bool:
        """Whether a query is run in a range."""
        at = bisect_left(self._queries, span[0])
        return at < len(self.found) and self.found[at][1] <= span[1]

    def goes_over(self, span: tuple[int, int]) -> bool:
        """Whether a range has a word of what is done row by row."""
        at = bisect_left(self._rows, span[:1])
        return at < len(self._rows) and self._rows[at][1] <= span[1]


def _direct(places: _Places, facts: ModuleFacts) -> Iterator[str]:
    """The functions that run a query between their `def` and the next one."""
    functions = sorted(facts.functions.values(), key=lambda one: one.line)
    starts = [*(places.line(one.line) for one in functions), places.length]
    for at, one in enumerate(functions):
        if places.queries((starts[at], starts[at + 1])):
            yield one.name


def _loops(module: Module) -> bool:
    """Whether code outside of functions and classes loops."""
    known = scopes(module)
    pending: list[ast.AST] = [*module.tree.body]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            return True
        if not isinstance(node, FunctionNode | ast.ClassDef):
            pending += (one for name in _BODIES for one in getattr(node, name, ()))
    return any(
        scope.kind == "comprehension"
        and scope.function is None
        and not isinstance(known.statement(scope.node), FunctionNode | ast.ClassDef)
        and not any(isinstance(one, ast.ClassDef) for one in known.ancestors(scope.node))
        for scope in known.every
    )
