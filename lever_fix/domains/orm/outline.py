"""What of each file tells, without its tree, which of its functions are worth a walk."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from lever_fix.domains.orm.extract import models_of
from lever_fix.domains.orm.facts import ModelFacts
from lever_fix.domains.orm.values import FunctionNode
from lever_fix.index.facts import FunctionFacts, ModuleFacts
from lever_fix.index.mentions import NAMES, functions_around
from lever_fix.index.reach import IMPORTED
from lever_fix.index.section import Section
from lever_fix.model import Value
from lever_fix.semantics.excerpt import Part, functions, part_around
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes

TRIGGERS = ("sqlalchemy", "sqlmodel", "session")
"""Words of which a file has one if its functions are looked at; others are only called."""

_QUERY = re.compile(
    rb"\.(?:execute|exec|scalars?|stream|stream_scalars|query|refresh)\("
    rb"|\.get(?:_one)?\(\s*(?:\w+\.)*(?P<got>[A-Z]\w*)"
)
_ROW_BY_ROW = tuple(
    # Plain text, each alone: `re` searches for that at the speed of memory.
    re.compile(re.escape(word))
    for word in (b"for ", b"map(", b"sorted(", b"model_validate", b"from_orm")
)
_VERBS = frozenset({"api_route", "delete", "get", "patch", "post", "put", "route"})
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


class Row(Value, frozen=True, array_like=True):
    """A function that may go over rows.

    Attributes:
        line: That of its `def`.
        name: Its qualified name.
        part: The function that it stands in, or itself.
    """

    line: int
    name: str
    part: Part


class Outline(Value, frozen=True, omit_defaults=True):
    """What a file says of its functions as far as queries go.

    Attributes:
        queries: Qualified names of the functions that run a query, by the names of calls; an empty
            one, too, for the module.
        gets: The same of those that call `get`, each with the class that it is given first.
        rows: The functions that may go over rows, or answer a request.
        loops: Whether code outside of functions and classes loops.
        has_word: Whether one of `TRIGGERS` is in it.
    """

    queries: tuple[str, ...] = ()
    gets: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()
    loops: bool = False
    has_word: bool = False


def _outline(module: Module, facts: ModuleFacts) -> Outline | None:
    has_word = any(word.encode() in module.text for word in TRIGGERS)
    queries, gets = _queries(module, facts)
    rows = tuple(_rows(module)) if has_word else ()
    loops = has_word and _loops(module)
    if not (queries or gets or rows or loops):
        return None
    return Outline(queries, gets, rows, loops, has_word)


def _rows(module: Module) -> Iterator[Row]:
    """The functions that may go over rows, or answer a request."""
    places = _Places(module)
    is_test = "test" in module.path.rpartition("/")[2]
    for scope in functions(module):
        node = scope.node
        assert isinstance(node, FunctionNode)
        if is_test and node.name.startswith("test_"):
            continue
        if places.goes_over(node) or response_model(node) is not None:
            yield Row(node.lineno, scope.qualified_name, part_around(scope))


def _queries(
    module: Module, facts: ModuleFacts
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The functions that run a query, and those that get what may be a row of a class.

    Each stands for the code between its `def` and the next one, and for what stands in it.
    """
    queries: dict[str, None] = {}
    gets: dict[tuple[str, str], None] = {}
    defined: list[FunctionFacts] = []
    starts: list[int] = []
    for found in _QUERY.finditer(module.view):
        if not defined and facts.functions:
            defined = sorted(facts.functions.values(), key=lambda one: one.line)
            starts = [module.source.line_starts[one.line - 1] for one in defined]
        at = bisect_right(starts, found.start())
        scope = defined[at - 1].name if at else ""
        for name in ("", *functions_around(facts.functions, scope)):
            if found["got"] is None:
                queries[name] = None
            else:
                gets[name, found["got"].decode()] = None
    return tuple(queries), tuple(gets)


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
    configures = b"configure_mappers(" in module.text
    if not configures and not (facts.classes and may_map(facts)):
        return None
    made = models_of(module)
    return None if made == ModelFacts() else made


OUTLINE = Section("orm-outline", Outline, _outline)
MODELS = Section("orm-models", ModelFacts, _models)
SECTIONS = (OUTLINE, MODELS, NAMES, IMPORTED)
"""What the index keeps of every file for the analysis of ORM code."""


def may_map(facts: ModuleFacts) -> bool:
    """Whether a file may map classes: it imports an ORM, or a base that does."""
    return any(
        target.startswith(("sqlalchemy", "sqlmodel", "flask_sqlalchemy", "flask_appbuilder"))
        or bound in ("db", "Base", "Model", "orm", "models")
        for bound, target in facts.imports.items()
    )


class _Places:
    """Where in the text of a module rows are gone over."""

    def __init__(self, module: Module) -> None:
        self._starts = module.source.line_starts
        self._length = len(module.view)
        view = module.view
        self._rows = sorted(one.span() for word in _ROW_BY_ROW for one in word.finditer(view))

    def goes_over(self, node: FunctionNode) -> bool:
        """Whether a function has a word of what is done row by row, from its `def` on."""
        end = node.end_lineno or node.lineno
        at = bisect_left(self._rows, (self._line(node.lineno),))
        return at < len(self._rows) and self._rows[at][1] <= self._line(end + 1)

    def _line(self, number: int) -> int:
        """Where a line starts."""
        return self._starts[number - 1] if number <= len(self._starts) else self._length


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
