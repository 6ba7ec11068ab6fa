"""Deprecated names of `typing`: where they are rewritten, to what, and where they stay."""

# ruff: noqa: E501 -- a row of a table reads best as one line

import sys

import pytest

from lever_fix.knowledge.typing_facts import BUILTINS, MOVED, RENAMED
from lever_fix.model import Safety
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

ID = "builtin-generics"
KEPT = "from typing import Deque, Dict, FrozenSet, List, Set, Tuple, Type, cast\n\n_USED = (Deque, Dict, FrozenSet, List, Set, Tuple, Type, cast)\n"
"""Stands above each body, so that a test shows the body alone."""

case = pytest.param


@pytest.mark.parametrize(("name", "builtin"), BUILTINS.items())
def test_builtins(name: str, builtin: str):
    check_rewrites(ID, f"from typing import {name}\nx: {name}[int]\n", f"x: {builtin}[int]\n")


@pytest.mark.parametrize("name", RENAMED)
def test_renamed(name: str):
    module, new = RENAMED[name]
    check_rewrites(
        ID,
        f"from typing import {name}\nx: {name}[int]\n",
        f"from {module} import {new}\nx: {new}[int]\n",
    )


@pytest.mark.parametrize("name", MOVED)
def test_moved(name: str):
    before = f"from typing import {name}\nx: {name}[int]\n"
    check_rewrites(ID, before, before.replace("typing", MOVED[name]))


SPELLINGS = [
    case("from typing_extensions import List\nx: List[int]\n", "x: list[int]\n", id="typing-extensions"),
    case("import typing\nx: typing.List[int]\n", "x: list[int]\n", id="module"),
    case("import typing as t\nx: t.Dict[str, t.Any]\n", "import typing as t\nx: dict[str, t.Any]\n", id="as-t"),
    case("from typing import List as L\nx: L[int]\n", "x: list[int]\n", id="as-l"),
    case("import typing as t\nx: t.Iterable[int]\n", "from collections.abc import Iterable\nx: Iterable[int]\n", id="dotted-moved"),
    case("import typing as t\nx: t.Deque[int]\n", "from collections import deque\nx: deque[int]\n", id="dotted-renamed"),
    case("from typing import Iterable as It\nx: It[int]\n", "from collections.abc import Iterable as It\nx: It[int]\n", id="moved-as"),
    case("from typing import Any, Iterable\nx: Iterable[Any]\n", "from collections.abc import Iterable\nfrom typing import Any\nx: Iterable[Any]\n", id="moved-beside-one-that-stays"),
    case("from collections.abc import Iterator\nfrom typing import Iterable\nx: Iterable[Iterator]\n", "from collections.abc import Iterable, Iterator\nx: Iterable[Iterator]\n", id="joins-an-import"),
    case("from typing import *\nx: List[int]\n", "from typing import *\nx: list[int]\n", id="star"),
    case("def f():\n    from typing import Any, List\n    x: List[Any] = []\n    return x\n", "def f():\n    from typing import Any\n    x: list[Any] = []\n    return x\n", id="function-local"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), SPELLINGS)
def test_import_spellings(before: str, after: str):
    check_rewrites(ID, before, after)


SAFE = [
    case("def f(a: List[int], *b: Dict[str, int], **c: Set[str]) -> Tuple[int, ...]: ...", "def f(a: list[int], *b: dict[str, int], **c: set[str]) -> tuple[int, ...]: ...", id="signature"),
    case("x: List[Dict[str, Tuple[int, Set[str]]]]", "x: list[dict[str, tuple[int, set[str]]]]", id="nested"),
    case("x: List", "x: list", id="bare-annotation"),
    case("x: 'List[int]'", "x: 'list[int]'", id="quoted"),
    case("x: List['A']", "x: list['A']", id="string-inside"),
    case("x: Type['A']", "x: type['A']", id="type-of-a-string"),
    case("x: Tuple[()]", "x: tuple[()]", id="empty-tuple"),
    case("x: List[  # why\n    int,  # an int\n]", "x: list[  # why\n    int,  # an int\n]", id="comments"),
    case("X = List[int]", "X = list[int]", id="alias"),
    case("X: TypeAlias = Dict[str, List[int]]", "X: TypeAlias = dict[str, list[int]]", id="typed-alias"),
    case("X = Union[List[int], Type]", "X = Union[list[int], type]", id="bare-inside-an-alias"),
    case("X = Dict[str, Union[str, 'A']]", "X = dict[str, Union[str, 'A']]", id="string-in-a-union-in-an-alias"),
    case("X = Dict[Literal['a'], int]", "X = dict[Literal['a'], int]", id="literal-in-an-alias"),
    case("X = Optional[List[int]] | Dict[str, int]", "X = Optional[list[int]] | dict[str, int]", id="alias-with-a-bar"),
    case("x = cast(List[int], y)", "x = cast(list[int], y)", id="cast"),
    case("x = cast('List[int]', y)", "x = cast('list[int]', y)", id="cast-quoted"),
    case("T = TypeVar('T', List[int], Dict[str, int])", "T = TypeVar('T', list[int], dict[str, int])", id="type-variable"),
    case("T = TypeVar('T', bound=List[int])", "T = TypeVar('T', bound=list[int])", id="bound"),
    case("N = NewType('N', List[int])", "N = NewType('N', list[int])", id="newtype"),
    case("D = TypedDict('D', {'a': List[int]})", "D = TypedDict('D', {'a': list[int]})", id="typed-dict"),
    case("P = NamedTuple('P', [('a', List[int])])", "P = NamedTuple('P', [('a', list[int])])", id="named-tuple"),
    case("x = isinstance(y, List)", "x = isinstance(y, list)", id="isinstance"),
    case("x = isinstance(y, (List, Dict))", "x = isinstance(y, (list, dict))", id="isinstance-tuple"),
    case("x = issubclass(y, Tuple)", "x = issubclass(y, tuple)", id="issubclass"),
    case("class A(Base[List[int]]): ...", "class A(Base[list[int]]): ...", id="argument-of-a-base"),
    case("a = TypeAdapter(List[int])", "a = TypeAdapter(list[int])", id="type-adapter"),
    case("@app.get('/', response_model=List[A])\ndef f(): ...", "@app.get('/', response_model=list[A])\ndef f(): ...", id="response-model"),
    case("x: Callable[[List[int]], None]", "x: Callable[[list[int]], None]", id="inside-callable"),
    case("x: Mapped[List['A']] = relationship()", "x: Mapped[list['A']] = relationship()", id="mapped"),
    case("x: Annotated[List[int], 'List']", "x: Annotated[list[int], 'List']", id="annotated"),
    case("class A:\n    list = 1\n    def f(self):\n        x: List[int] = []", "class A:\n    list = 1\n    def f(self):\n        x: list[int] = []", id="class-attribute-not-seen-from-a-method"),
    case("def f(x: List[int]): ...\n\ndef g(list): ...", "def f(x: list[int]): ...\n\ndef g(list): ...", id="parameter-elsewhere"),
    case("class A: x: List[int]; y: Dict[str, int]", "class A: x: list[int]; y: dict[str, int]", id="one-line-class"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), SAFE)
def test_same_meaning(before: str, after: str):
    head = "from typing import Annotated, Literal, NamedTuple, NewType, Optional, TypeAlias, TypedDict, TypeVar, Union\nfrom collections.abc import Callable\nimport typing\n_T = (typing.List,)\n"
    result = rewrite(
        ID, f"{head}{before}\n".replace("import typing\n_T", KEPT + "import typing\n_T")
    )
    body = result.text.split("_T = ")[1].split("\n", 1)[1]
    assert body == f"{after}\n"
    start = result.findings and len((head + KEPT).encode())
    here = [one for one in result.findings if one.span.start >= start]
    assert here
    assert {one.safety for one in here} == {Safety.SAFE}, here


UNSAFE = [
    case("from typing import List\nclass A(List[int]): ...\n", "class A(list[int]): ...\n", "typing.Generic", id="base"),
    case("from typing import List\nclass A(List): ...\n", "class A(list): ...\n", "typing.Generic", id="bare-base"),
    case("from typing import Iterator\nclass A(Iterator[int]): ...\n", "from collections.abc import Iterator\nclass A(Iterator[int]): ...\n", "typing.Generic", id="moved-base"),
    case("from typing import List\nf(List[int])\n", "f(list[int])\n", "not equal", id="argument"),
    case("from typing import List\ndef f(a=List[int]): ...\n", "def f(a=list[int]): ...\n", "not equal", id="default"),
    case("from typing import List\n@f(List[int])\ndef g(): ...\n", "@f(list[int])\ndef g(): ...\n", "not equal", id="decorator"),
    case("from typing import List\nX = List\n", "X = list\n", "not equal", id="bare-alias"),
    case("from typing import List\nX = List['A']\n", "X = list['A']\n", "not equal", id="string-in-an-alias"),
    case("from typing import List\nx = HANDLERS[List[int]]\n", "x = HANDLERS[list[int]]\n", "not equal", id="looked-up-in-a-table"),
    case("from typing import List\nx = handlers[List[int]]\n", "x = handlers[list[int]]\n", "not equal", id="looked-up-in-a-dict"),
    case("from typing import List\nx = {'array': List}\n", "x = {'array': list}\n", "not equal", id="value-of-a-dict"),
    case("from typing import List\nx = [List[int]]\n", "x = [list[int]]\n", "not equal", id="in-a-list-display"),
    case("from typing import List\ndef f():\n    return List[int]\n", "def f():\n    return list[int]\n", "not equal", id="returned"),
    case("from typing import List\nx = frame.cast(List[int])\n", "x = frame.cast(list[int])\n", "not equal", id="another-cast"),
    case("from typing import List\nx = sqlalchemy_bound(bound=List[int])\n", "x = sqlalchemy_bound(bound=list[int])\n", "not equal", id="bound-of-another-call"),
    case("from typing import Callable\nx = f(Callable[[], int])\n", "from collections.abc import Callable\nx = f(Callable[[], int])\n", "not equal", id="moved-argument"),
    case("from fastapi import FastAPI\nfrom typing import List\nfrom .pages import Page\ndef f() -> Page[List[int]]: ...\n", "from fastapi import FastAPI\nfrom .pages import Page\ndef f() -> Page[list[int]]: ...\n", "JSON schemas", id="generic-model-of-the-project"),
    case("from typing import Generic, List, TypeVar\nfrom pydantic import BaseModel\nT = TypeVar('T')\nclass Page(BaseModel, Generic[T]): ...\nx: Page[List[int]]\n", "from typing import Generic, TypeVar\nfrom pydantic import BaseModel\nT = TypeVar('T')\nclass Page(BaseModel, Generic[T]): ...\nx: Page[list[int]]\n", "JSON schemas", id="generic-model-here"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "reason"), UNSAFE)
def test_a_difference_at_run_time(before: str, after: str, reason: str):
    check_rewrites(ID, before, after, safety=Safety.UNSAFE, reason=reason)


LEFT = [
    case("from myproject import List\nx: List[int]\n", "", id="another-module"),
    case("from .typing import List\nx: List[int]\n", "", id="relative"),
    case("x: List[int]\n", "", id="no-import"),
    case("from typing import List\nList = list\nx: List[int]\n", "", id="name-rebound"),
    case("try:\n    from typing import List\nexcept ImportError:\n    from compat import List\nx: List[int]\n", "", id="another-import-of-the-name"),
    case("from typing import List\nclass A:\n    def list(self) -> List[int]: ...\n", "name-shadowed", id="method-called-list"),
    case("from typing import Type\nclass A:\n    type: str\n    kind: Type[int] = int\n    type = 1\n", "name-shadowed", id="attribute-called-type"),
    case("from typing import List\nlist = 3\nx: List[int]\n", "name-shadowed", id="module-variable-called-list"),
    case("from typing import List\ndef f(list):\n    def g(a: List[int]): ...\n", "name-shadowed", id="parameter-called-list"),
    case("from typing import Dict\ndef f():\n    for dict in (): ...\n    def g(a: Dict[str, int]): ...\n", "name-shadowed", id="loop-variable-called-dict"),
    case("from typing import Set\nfrom other import set\nx: Set[int]\n", "name-shadowed", id="builtin-imported-from-elsewhere"),
    case("from typing import Deque\ndeque = 1\nx: Deque[int]\n", "name-taken", id="deque-means-something-else"),
    case("from typing import Deque\ndef f(deque): ...\nx: Deque[int]\n", "name-taken", id="deque-is-a-parameter"),
    case("from typing import List\nx = List[int] == y\n", "compared", id="compared"),
    case("from typing import List\nx = y in (List[int], List[str])\n", "compared", id="membership"),
    case("from typing import List\nx = {List[int]: 1}\n", "compared", id="key-of-a-dict"),
    case("from typing import List\nx = {List[int]}\n", "compared", id="member-of-a-set"),
    case("from typing import List\nx = y is List\n", "compared", id="identity"),
    case("from typing import List\nx = repr(List[int])\n", "inspected", id="repr"),
    case("from typing import List\nx = get_origin(List)\n", "inspected", id="get-origin"),
    case("from typing import List\nx: List[int] | 'A'\n", "string-operand", id="beside-a-string"),
    case("from typing import List\nX = 'A' | List[int]\n", "string-operand", id="behind-a-string"),
    case("from typing import List\nx = f'{List[int]}'\n", "", id="f-string"),
    case("from typing import List\nx = 1  # type: List[int]\n", "", id="type-comment"),
    case("from typing import List\ndef f():\n    '''A List[int].'''\n", "", id="docstring"),
    case("from typing import Literal, List\nx: Literal['List[int]']\n", "", id="literal"),
    case("from typing import List, TypeVar\nT = TypeVar('List')\n", "", id="name-of-a-type-variable"),
    case("from typing import NewType, List\nT = NewType('List', int)\n", "", id="name-of-a-newtype"),
    case("from typing import AbstractSet\nx: AbstractSet[int]\n", "", id="abstract-set"),
    case("from typing import List\n", "", id="unused-import"),
    case("from typing import Iterable\n", "", id="unused-moved-import"),
    case("import typing\nx = typing.get_type_hints(y)\n", "", id="other-names-of-typing"),
    case("if x:\n    from typing import Iterable\nelse:\n    from compat import Iterable\ny: Iterable[int]\n", "", id="moved-in-an-if"),
    case("try:\n    from collections.abc import Iterable\nexcept ImportError:\n    from typing import Iterable\ny: Iterable[int]\n", "", id="moved-as-a-fallback"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "refusal"), LEFT)
def test_left_alone(source: str, refusal: str):
    check_unchanged(ID, source, refusal=refusal)


FUTURE = "from __future__ import annotations\n"
OLD = [
    case("py39", "from typing import List\nX = List[int]\n", "X = list[int]\n", id="list-since-3.9"),
    case("py39", f"{FUTURE}from typing import Callable\ndef f(a: Callable[[], int]): ...\n", f"{FUTURE}from collections.abc import Callable\ndef f(a: Callable[[], int]): ...\n", id="callable-deferred"),
    case("py39", "from typing import Callable\ndef f(a: Callable[[], int]): ...\n", None, id="callable-evaluated"),
    case("py310", "from typing import Callable\ndef f(a: Callable[[], int]): ...\n", "from collections.abc import Callable\ndef f(a: Callable[[], int]): ...\n", id="callable-since-3.10"),
    case("py310", "from typing import List\ndef f(a: List['A']): ...\n", "def f(a: list['A']): ...\n", id="string-nobody-reads"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "before", "after"), OLD)
def test_target_versions(target: str, before: str, after: str | None):
    if after is None:
        check_unchanged(ID, before, refusal="target-version", target=target)
    else:
        check_rewrites(ID, before, after, target=target)


@pytest.mark.parametrize("name", ["List", "Type"])
def test_below_3_11_a_string_inside_is_not_resolved(name: str):
    before = f"from typing import {name}\nclass A(Base):\n    x: {name}['A']\n"
    after = f"class A(Base):\n    x: {name.lower()}['A']\n"
    check_rewrites(ID, before, after, safety=Safety.UNSAFE, reason="3.11", target="py310")
    check_rewrites(ID, before, after, target="py311")


def test_called_classes_are_the_same():
    before = (
        "from typing import DefaultDict\nx = DefaultDict[str, int](int)\ny = DefaultDict(list)\n"
    )
    after = "from collections import defaultdict\nx = defaultdict[str, int](int)\ny = defaultdict(list)\n"
    check_rewrites(ID, before, after)


@pytest.mark.parametrize("newline", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_line_ends_are_kept(newline: str):
    before = "from typing import Any, Iterable, List\nx: List[Any]\ny: Iterable[int]\n"
    after = "from collections.abc import Iterable\nfrom typing import Any\nx: list[Any]\ny: Iterable[int]\n"
    check_rewrites(ID, before.replace("\n", newline), after.replace("\n", newline))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are syntax of Python 3.12")
def test_type_parameters():
    check_rewrites(ID, "from typing import List\ntype X[T] = List[T]\n", "type X[T] = list[T]\n")
    check_unchanged(ID, "from typing import List\ndef f[list](a: List[int]): ...\n")
