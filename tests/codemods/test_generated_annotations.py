"""Generated annotations in generated layouts and positions: rewritten, they evaluate the same."""

# ruff: noqa: E501 -- a row of a table reads best as one line

import ast
import collections
import types
import typing

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lever_fix.model import Safety
from lever_fix.testing import rewrite

BOTH = ("optional-to-union", "builtin-generics")
HEADER = "from typing import Callable, Deque, Dict, List, Literal, Mapping, Optional, Union, cast\n\n\nclass A: ...\n\n\nclass B: ...\n\n\n"

leaves = st.sampled_from(
    ["int", "str", "A", "B", "None", "list[int]", "Literal['a', 1]", '"A"', "'B'", '"Optional[A]"']
)


@st.composite
def gaps(draw) -> str:
    """What may stand between two tokens inside brackets."""
    return draw(
        st.sampled_from(["", " ", "", " ", "", "\n    ", "  # note\n        ", "\n", "\\\n  "])
    )


@st.composite
def subscripts(draw, inner) -> str:
    name = draw(
        st.sampled_from(
            ["Optional", "Union", "List", "Dict", "Deque", "Mapping", "Callable", "bar"]
        )
    )
    gap, behind = draw(gaps()), draw(gaps())
    if name == "bar":
        return f"{name}".replace("bar", "Union") + f"[{gap}({draw(inner)}){behind}]"
    if name == "Callable":
        return f"Callable[{gap}[{draw(inner)}], {draw(inner)}{behind}]"
    if name in ("Dict", "Mapping"):
        return f"{name}[str,{gap}{draw(inner)}{behind}]"
    if name != "Union":
        return f"{name}[{gap}{draw(inner)}{behind}]"
    items = draw(st.lists(inner, min_size=1, max_size=4))
    comma = draw(st.sampled_from(["", ",", " , "]))
    separator = draw(st.sampled_from([", ", ",", " , ", ",\n    ", ",  # and\n    "]))
    if len(items) == 1 and not comma:
        comma = ","
    return f"Union[{gap}{separator.join(items)}{comma}{behind}]"


annotations = st.recursive(leaves, subscripts, max_leaves=6).filter(
    lambda text: "[" in text and text[0] not in "\"'"
)
positions = st.sampled_from(
    [
        "def f(a: {}, *b: int) -> None: ...\n",
        "def f(\n    a: {} = None,  # first\n): ...\n",
        "def f() -> {}: ...\n",
        "class C:\n    a: {} = None\n",
        "a: {}\n",
        "def g():\n    def f(a: {}): ...\n    return f\n",
        "X = {}\n",
        "x = cast({}, 1)\n",
        "class C: a: {}; b: int\n",
    ]
)


def normal(kind):
    """A type as plain data, whatever spelling it came from."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, list | tuple):
        return [normal(one) for one in kind]
    if kind is None:
        return "NoneType"
    if isinstance(kind, str | typing.ForwardRef):
        return getattr(kind, "__forward_arg__", kind)
    if origin in (typing.Union, types.UnionType):
        # `typing` keeps generics it has made, takes unions that differ in order for equal, and
        # does not look for repeats again when it resolves a string.
        members = {repr(member): member for one in arguments for member in flat(normal(one))}
        return ("union", [members[key] for key in sorted(members)])
    if origin is typing.Literal:
        return ("literal", arguments)
    if origin is not None:
        return (origin, [normal(one) for one in arguments])
    return getattr(kind, "__qualname__", repr(kind))


def flat(kind) -> list:
    return kind[1] if isinstance(kind, tuple) and kind[0] == "union" else [kind]


def meaning(source: str) -> dict[str, object]:
    """The type hints of everything in a module, and its aliases."""
    space: dict[str, object] = {"__name__": "generated"}
    exec(compile(source, "generated.py", "exec", dont_inherit=True), space)
    space = {name: value for name, value in space.items() if name != "__builtins__"}
    names = {
        "A": space["A"],
        "B": space["B"],
        "Optional": typing.Optional,
        "Union": typing.Union,
        "Literal": typing.Literal,
    }
    found: dict[str, object] = {}
    for name in ("f", "C", "g", "X"):
        thing = space.get(name)
        if name == "g" and thing is not None:
            thing = thing()
        if name == "X":
            found[name] = normal(thing)
        elif thing is not None:
            hints = typing.get_type_hints(thing, {**space, **names}, include_extras=True)
            found[name] = {key: normal(kind) for key, kind in hints.items()}
    module = types.ModuleType("generated")
    vars(module).update(space)
    hints = typing.get_type_hints(module, {**space, **names}, include_extras=True)
    found[""] = {key: normal(kind) for key, kind in hints.items()}
    return found


NAMES = vars(typing) | {"A": type("A", (), {}), "B": type("B", (), {}), "deque": collections.deque}


def references(value):
    """The forward references that an alias holds, resolved: they are rewritten inside, too."""
    if isinstance(value, dict):
        return {key: references(one) for key, one in value.items()}
    if isinstance(value, str) and ("[" in value or "|" in value):
        return normal(eval(value, NAMES))
    if isinstance(value, list):
        return [references(one) for one in value]
    if isinstance(value, tuple):
        return tuple(references(one) for one in value)
    return value


def evaluates(source: str) -> bool:
    try:
        meaning(source)
    except TypeError:
        return False
    return True


@given(annotation=annotations, position=positions)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_safe_rewrites_evaluate_equal(annotation: str, position: str):
    before = HEADER + position.format(annotation)
    try:
        ast.parse(before)
    except SyntaxError:
        return
    result = rewrite(BOTH, before)
    if not evaluates(before) or any(one.safety is not Safety.SAFE for one in result.findings):
        return
    assert references(meaning(result.text)) == references(meaning(before)), result.text


@given(annotation=annotations, position=positions)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_each_codemod_alone_keeps_the_invariants(annotation: str, position: str):
    before = HEADER + position.format(annotation)
    try:
        ast.parse(before)
    except SyntaxError:
        return
    for name in BOTH:
        rewrite(name, before)
