"""`Optional[X]` and `Union[X, Y]`: where they are rewritten, how, and where they stay."""

# ruff: noqa: E501 -- a row of a table reads best as one line

import sys

import pytest

from lever_fix.model import Safety
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

ID = "optional-to-union"
KEPT = "from typing import Optional, Union, cast\n\n_USED = (Optional, Union, cast)\n"
"""Stands above each body, so that a test shows the body alone."""

case = pytest.param


def becomes(before: str, after: str, **options) -> None:
    check_rewrites(ID, KEPT + before, KEPT + after, **options)


def stays(body: str, **options) -> None:
    check_unchanged(ID, KEPT + body, **options)


IMPORTS = [
    case("from typing import Optional\nx: Optional[int]\n", "x: int | None\n", id="from-typing"),
    case(
        "from typing_extensions import Optional\nx: Optional[int]\n",
        "x: int | None\n",
        id="typing-extensions",
    ),
    case("import typing\nx: typing.Optional[int]\n", "x: int | None\n", id="module"),
    case(
        "import typing as t\nx: t.Optional[t.Any]\n",
        "import typing as t\nx: t.Any | None\n",
        id="as-t",
    ),
    case(
        "import typing_extensions as te\nx: te.Union[int, str]\n",
        "x: int | str\n",
        id="extensions-as-te",
    ),
    case("from typing import Optional as Opt\nx: Opt[int]\n", "x: int | None\n", id="as-opt"),
    case(
        "from typing import Optional as Union\nx: Union[int]\n",
        "x: int | None\n",
        id="named-as-the-other",
    ),
    case(
        "from typing import (\n    Any,\n    Optional,\n)\nx: Optional[Any]\n",
        "from typing import (\n    Any,\n)\nx: Any | None\n",
        id="parenthesised",
    ),
    case(
        "from typing import *\nx: Optional[int]\n",
        "from typing import *\nx: int | None\n",
        id="star",
    ),
    case(
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from typing import Any, Optional\nx: Optional[Any]\n",
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from typing import Any\nx: Any | None\n",
        id="type-checking",
    ),
    case(
        "def f():\n    from typing import Any, Optional\n    x: Optional[Any] = None\n    return x\n",
        "def f():\n    from typing import Any\n    x: Any | None = None\n    return x\n",
        id="function-local",
    ),
    case(
        "try:\n    from typing import Any, Optional\nexcept ImportError:\n"
        "    from typing_extensions import Any, Optional\nx: Optional[Any]\n",
        "try:\n    from typing import Any, Optional\nexcept ImportError:\n"
        "    from typing_extensions import Any, Optional\nx: Any | None\n",
        id="try-except-keeps-its-imports",
    ),
    case(
        "import os, typing\nx: typing.Optional[os.PathLike]\n",
        "import os\nx: os.PathLike | None\n",
        id="import-list",
    ),
    case(
        "import typing\nimport typing as t\nx: typing.Optional[t.Union[int, str]]\n",
        "x: int | str | None\n",
        id="two-names-for-typing",
    ),
]


@pytest.mark.parametrize(("before", "after"), IMPORTS)
def test_import_spellings(before: str, after: str):
    check_rewrites(ID, before, after)


NOT_TYPING = [
    case("from myproject import Optional\nx: Optional[int]\n", id="another-module"),
    case("from .typing import Optional\nx: Optional[int]\n", id="relative"),
    case("from . import typing\nx: typing.Optional[int]\n", id="relative-module"),
    case("from voluptuous import Optional\nschema = {Optional['a']: int}\n", id="another-optional"),
    case("x: Optional[int]\n", id="no-import"),
    case("import typing\nx: other.Optional[int]\n", id="attribute-of-another"),
    case("import typing\nx: other.typing.Optional[int]\n", id="longer-chain"),
    case(
        "from typing import Optional\nclass Optional: ...\nx: Optional[int]\n", id="class-shadows"
    ),
    case("from typing import Optional\ndef Optional(): ...\nx: Optional[int]\n", id="def-shadows"),
    case("from typing import Optional\nOptional = 1\nx: Optional[int]\n", id="assignment-shadows"),
    case(
        "from typing import Optional\ndef f(Optional):\n    x = Optional[0]\n",
        id="parameter-shadows",
    ),
    case(
        "from typing import Optional\ndef f(*Optional):\n    x = Optional[int]\n",
        id="star-parameter",
    ),
    case(
        "from typing import Optional\ndef f():\n    for Optional in (): x = Optional[int]\n",
        id="for-shadows",
    ),
    case(
        "from typing import Optional\ndef f():\n    with a as Optional:\n        x = Optional[int]\n",
        id="with",
    ),
    case(
        "from typing import Optional\ndef f():\n    try: pass\n    except E as Optional:\n        x = Optional[int]\n",
        id="except",
    ),
    case(
        "from typing import Optional\ndef f():\n    if (Optional := g()): x = Optional[int]\n",
        id="walrus",
    ),
    case(
        "from typing import Optional\ndef f():\n    import other as Optional_\n    Optional, b = 1, 2\n    return Optional[int]\n",
        id="tuple-target",
    ),
    case(
        "from typing import Optional\ndef f():\n    global Optional\n    Optional = 3\nx: Optional[int]\n",
        id="global",
    ),
    case(
        "from typing import Optional\ndef f(Optional):\n    def g():\n        return Optional[int]\n",
        id="outer-function",
    ),
    case(
        "from typing import Optional\nclass A:\n    Optional = dict\n    x: Optional[int]\n",
        id="class-attribute",
    ),
    case(
        "from typing import Optional\ng = lambda Optional: Optional[int]\n", id="lambda-parameter"
    ),
    case("from typing import Optional\ng = [Optional[0] for Optional in x]\n", id="comprehension"),
    case(
        "from typing import Optional\nfrom other import Optional\nx: Optional[int]\n",
        id="imported-anew",
    ),
    case(
        "def f():\n    from typing import Optional\nx: Optional[int]\n",
        id="import-in-another-scope",
    ),
]


@pytest.mark.parametrize("source", NOT_TYPING)
def test_other_names_are_left_alone(source: str):
    check_unchanged(ID, source)


def test_a_class_attribute_does_not_shadow_in_a_method():
    becomes(
        "class A:\n    Optional = 1\n    def f(self):\n        x: Optional[int] = None\n",
        "class A:\n    Optional = 1\n    def f(self):\n        x: int | None = None\n",
    )


FORMS = [
    case("Optional[int]", "int | None", id="optional"),
    case("Union[int, str]", "int | str", id="union"),
    case("Union[int, None]", "int | None", id="union-none"),
    case("Union[None, int]", "None | int", id="none-first"),
    case("Union[str, None, int]", "str | None | int", id="none-in-the-middle"),
    case("Union[int]", "int", id="union-of-one"),
    case("Union[int, int]", "int", id="union-of-the-same"),
    case("Union[int, str, int]", "int | str", id="repeated"),
    case("Union[None]", "None", id="union-of-none"),
    case("Optional[None]", "None", id="optional-none"),
    case("Optional[Optional[int]]", "int | None", id="optional-optional"),
    case("Optional[Union[int, None]]", "int | None", id="optional-union-none"),
    case("Optional[Union[int, str]]", "int | str | None", id="optional-union"),
    case("Union[Optional[int], str]", "int | None | str", id="union-optional"),
    case("Union[Union[int, str], bytes]", "int | str | bytes", id="union-union"),
    case("Union[int,]", "int", id="union-trailing-comma"),
    case("Union[int, str,]", "int | str", id="trailing-comma"),
    case("Union[(int, str)]", "int | str", id="parenthesised-slice"),
    case("Union[(int), (str)]", "int | str", id="parenthesised-operands"),
    case("Optional[(int)]", "(int) | None", id="parenthesised-operand"),
    case("Optional [ int ]", "int | None", id="spaces"),
    case("Union[int,str]", "int | str", id="no-space"),
    case("list[Optional[int]]", "list[int | None]", id="in-a-list"),
    case("dict[str, Optional[Union[int, str]]]", "dict[str, int | str | None]", id="in-a-dict"),
    case("Optional[dict[str, Optional[int]]]", "dict[str, int | None] | None", id="both-sides"),
    case("Optional[int] | str", "int | None | str", id="left-of-bar"),
    case("str | Optional[int]", "str | int | None", id="right-of-bar"),
    case("Optional[int] | None", "int | None | None", id="beside-none"),
    case("Optional[int] | Optional[str]", "int | None | str | None", id="two-beside"),
    case("Optional[int | str]", "int | str | None", id="bar-inside"),
    case("type[Union[int, str]]", "type[int | str]", id="in-type"),
    case("tuple[Optional[int], ...]", "tuple[int | None, ...]", id="in-tuple"),
]


@pytest.mark.parametrize(("before", "after"), FORMS)
@pytest.mark.parametrize(
    "position",
    [
        case("x: {}\n", id="variable"),
        case("def f(a: {} = None) -> None: ...\n", id="parameter"),
        case("def f() -> {}:\n    ...\n", id="return"),
        case("class A:\n    a: {}\n", id="field"),
    ],
)
def test_forms(before: str, after: str, position: str):
    becomes(position.format(before), position.format(after))


NOT_FORMS = [
    case("Optional[...]", id="ellipsis"),
    case("Optional[1]", id="number"),
    case("Optional[True]", id="true"),
    case("Optional[int, str]", id="optional-of-two"),
    case("Optional[()]", id="optional-of-nothing"),
    case("Union[()]", id="union-of-nothing"),
    case("Optional[[int]]", id="list-display"),
    case("Union[*Ts]", id="star"),
    case("Optional[lambda: 1]", id="lambda"),
    case("Union[int, -1]", id="negative"),
    case("Optional[a if b else c]", id="conditional"),
    case("Union[int : str]", id="slice"),
    case("Optional", id="bare"),
    case("list[Optional]", id="bare-in-a-list"),
    case("Union[TYPES]", id="union-of-a-tuple"),
    case("Union[types.ALL]", id="union-of-an-attribute-tuple"),
    case("Union[tuple(TYPES)]", id="union-of-a-call"),
    case("Union[TYPES[1:]]", id="union-of-a-slice"),
    case("Union[types_of_event]", id="union-of-a-variable"),
]


@pytest.mark.parametrize("form", NOT_FORMS)
def test_what_is_no_type_is_left_alone(form: str):
    stays(f"x: {form}\n")


def test_union_of_a_name_that_is_assigned_may_be_of_a_tuple():
    stays("Json = (int, str)\nx: Union[Json]\n", refusal="not-a-type")


STRINGS = [
    case('x: "Optional[int]"', 'x: "int | None"', id="whole"),
    case("x: 'Optional[A]'", "x: 'A | None'", id="whole-single-quotes"),
    case('x: """Optional[A]"""', 'x: """A | None"""', id="whole-triple"),
    case('x: """Optional[\n    A\n]"""', 'x: """A | None"""', id="whole-several-lines"),
    case('x: u"Optional[A]"', 'x: u"A | None"', id="u-prefix"),
    case('x: "list[Optional[A]]"', 'x: "list[A | None]"', id="inside-whole"),
    case('x: list["Optional[A]"]', 'x: list["A | None"]', id="inside-part"),
    case('x: Optional["A"]', 'x: "A | None"', id="part"),
    case("x: Optional['A']", "x: 'A | None'", id="part-single-quotes"),
    case('x: Optional["a.b.A"]', 'x: "a.b.A | None"', id="dotted"),
    case('x: Union["A", int]', 'x: "A | int"', id="union-first"),
    case('x: Union[int, "A", None]', 'x: "int | A | None"', id="union-middle"),
    case("x: Union[\"A\", 'B']", 'x: "A | B"', id="both-quotes"),
    case('x: Union["A"]', 'x: "A"', id="union-of-one-string"),
    case('x: Union["A", "A"]', 'x: "A"', id="the-same-string"),
    case('x: Union["A", list["B"]]', 'x: "A | list[B]"', id="quotes-inside-are-dropped"),
    case('x: Optional[list["A"]]', 'x: list["A"] | None', id="string-deeper-stays"),
    case('x: Union["A", Literal["b"]]', "x: 'A | Literal[\"b\"]'", id="literal-keeps-its-quotes"),
    case(
        'x: Union["A", Annotated["B", "meta"]]',
        "x: 'A | Annotated[B, \"meta\"]'",
        id="annotated-keeps-its-metadata",
    ),
    case('x: Optional["list[Optional[A]]"]', 'x: "list[A | None] | None"', id="forms-in-part"),
    case('x: Optional[Union["A", int]]', 'x: "A | int | None"', id="nested-part"),
    case('x: Union["A | B", int]', 'x: "A | B | int"', id="bar-inside-string"),
    case('x: Mapped[Optional["A"]]', 'x: Mapped["A | None"]', id="mapped"),
    case('x: Mapped["Optional[A]"]', 'x: Mapped["A | None"]', id="mapped-whole"),
    case('x: ClassVar[Optional["A"]]', 'x: ClassVar["A | None"]', id="classvar"),
    case('x: Annotated[Optional["A"], 1]', 'x: Annotated["A | None", 1]', id="annotated"),
    case(
        'x: Annotated["Optional[A]", "Optional[A]"]',
        'x: Annotated["A | None", "Optional[A]"]',
        id="annotated-metadata",
    ),
    case('x: Optional[Literal["a", "b"]]', 'x: Literal["a", "b"] | None', id="literal"),
    case('x: cast("Optional[A]", y)', 'x: cast("A | None", y)', id="cast-in-annotation"),
    case('x = cast("Optional[A]", y)', 'x = cast("A | None", y)', id="cast-whole"),
    case('x = cast(Optional["A"], y)', 'x = cast("A | None", y)', id="cast-part"),
    case('def f(*a: Optional["A"]): ...', 'def f(*a: "A | None"): ...', id="star-args"),
    case('def f() -> Optional["A"]: ...', 'def f() -> "A | None": ...', id="return"),
]


@pytest.mark.parametrize(("before", "after"), STRINGS)
def test_string_annotations(before: str, after: str):
    header = "from typing import Annotated, ClassVar, Literal\n"
    becomes(f"{header}{before}\n", f"{header}{after}\n")


STRINGS_LEFT = [
    case('X = Optional["A"]', id="alias"),
    case('X: TypeAlias = Optional["A"]', id="typed-alias"),
    case('X = list[Optional["A"]]', id="inside-an-alias"),
    case('X = Union["A", None]', id="union-alias"),
    case('class A(Base[Optional["A"]]): ...', id="base"),
    case('f(Optional["A"])', id="argument"),
    case('broadcast(Optional["A"])', id="a-function-that-ends-in-cast"),
    case('frame.cast(Optional["A"])', id="a-method-called-cast"),
    case('frame.cast("Optional[A]")', id="a-string-for-another-cast"),
    case('@decorate(Optional["A"])\ndef f(): ...', id="decorator"),
    case('def f(a=Optional["A"]): ...', id="default"),
    case('x: "B" | Optional[A]', id="string-to-the-left"),
    case('x: Optional[A] | "B"', id="string-to-the-right"),
    case('x: Optional[A] | B | "C"', id="string-further-right"),
    case('x: Union[str, "A"] | None', id="would-become-a-string-beside-a-bar"),
    case('x: None | Optional["A"]', id="would-become-a-string-behind-a-bar"),
    case('x: r"Optional[A]"', id="raw"),
    case('x: b"Optional[A]"', id="bytes"),
    case('x: "Optional[\\x41]"', id="escape"),
    case('x: "Opt" "ional[A]"', id="implicit-concatenation"),
    case('x: ("Optional" "[A]")', id="concatenation-in-parentheses"),
    case('x: f"Optional[A]"', id="f-string"),
    case('x: Literal["Optional[A]"]', id="literal"),
    case('x: "Optional[A"', id="no-expression"),
    case('x: Optional["A" "B"]', id="concatenated-operand"),
    case('x: Optional["\\x41"]', id="escaped-operand"),
    case('x = "Optional[A]"', id="not-an-annotation"),
    case('f("Optional[A]")', id="prose-argument"),
    case('"""Optional[A] and Union[A, B]."""', id="prose"),
    case('def f():\n    """Returns Optional[A]."""', id="docstring"),
    case("x = 1  # type: Optional[int]", id="type-comment"),
    case(
        "def f(a):\n    # type: (Optional[int]) -> Union[int, str]\n    ...",
        id="function-type-comment",
    ),
    case("# Optional[int]\n", id="comment"),
    case('T = TypeVar("Optional[A]")', id="name-of-a-type-variable"),
]


@pytest.mark.parametrize("body", STRINGS_LEFT)
def test_strings_that_must_not_change(body: str):
    stays(f"from typing import Literal, TypeVar\n{body}\n")


LAYOUTS = [
    case("x: Optional[\n    int\n]\n", "x: int | None\n", id="joined-where-it-fits"),
    case("x: Union[\n    int,\n    str,\n]\n", "x: int | str\n", id="union-joined"),
    case(
        "x: Optional[  # why\n    int\n]\n", "x: (  # why\n    int | None\n)\n", id="behind-bracket"
    ),
    case(
        "x: Optional[\n    # above\n    int\n]\n",
        "x: (\n    # above\n    int | None\n)\n",
        id="above-the-operand",
    ),
    case(
        "x: Optional[\n    int  # at the end\n]\n",
        "x: (\n    int  # at the end\n    | None\n)\n",
        id="behind-the-operand",
    ),
    case(
        "x: Optional[\n    int\n    # below\n]\n",
        "x: (\n    int\n    # below\n    | None\n)\n",
        id="below-the-operand",
    ),
    case("x: Optional[int]  # tail\n", "x: int | None  # tail\n", id="behind-it-all"),
    case("x: Optional[int]  # type: ignore\n", "x: int | None  # type: ignore\n", id="type-ignore"),
    case(
        "x: Union[\n    int,  # one\n    str,  # two\n]\n",
        "x: (\n    int  # one\n    | str  # two\n)\n",
        id="behind-each",
    ),
    case(
        "x: Union[\n    # one\n    int,\n    # two\n    str,\n]\n",
        "x: (\n    # one\n    int\n    # two\n    | str\n)\n",
        id="above-each",
    ),
    case(
        "x: Union[int  # one, two\n    , str]\n",
        "x: (int  # one, two\n     | str)\n",
        id="comma-in-a-comment",
    ),
    case(
        "x: Optional[\n    Literal[\n        1,\n        2,\n    ]\n]\n",
        "x: (\n    Literal[\n        1,\n        2,\n    ]\n    | None\n)\n",
        id="operand-of-several-lines",
    ),
    case(
        "x: Optional[dict[\n    str,  # key\n    int,\n]]\n",
        "x: dict[\n    str,  # key\n    int,\n] | None\n",
        id="hugging-brackets",
    ),
    case(
        "def f(\n    a: Optional[int] = None,  # a\n    b: Union[int, str] = 1,\n) -> Optional[int]:\n    ...\n",
        "def f(\n    a: int | None = None,  # a\n    b: int | str = 1,\n) -> int | None:\n    ...\n",
        id="signature",
    ),
    case("def f():\n\tx: Optional[\n\t\tint\n\t]\n", "def f():\n\tx: int | None\n", id="tabs"),
    case("x: \\\n    Optional[int]\n", "x: \\\n    int | None\n", id="backslash"),
    case("x: Optional[\\\n    int]\n", "x: int | None\n", id="backslash-inside"),
    case("\x0cx: Optional[int]\n", "\x0cx: int | None\n", id="form-feed"),
    case("x: Optional[int]", "x: int | None", id="no-final-newline"),
    case("x: Optional[int];y: Optional[str]\n", "x: int | None;y: str | None\n", id="two-on-a-line"),
    case("class A: x: Optional[int]\n", "class A: x: int | None\n", id="one-line-class"),
    case("def f(a: Optional[int]): x: Optional[str] = a; return x\n", "def f(a: int | None): x: str | None = a; return x\n", id="one-line-def"),
    case("if 1: x: Optional[int]\nelse: x: Optional[str]\n", "if 1: x: int | None\nelse: x: str | None\n", id="one-line-if-else"),
    case("if 0: ...\nelif cast(Optional[int], 1): ...\n", "if 0: ...\nelif cast(int | None, 1): ...\n", id="elif"),
    case("try: ...\nexcept cast(Optional[int], 1): ...\n", "try: ...\nexcept cast(int | None, 1): ...\n", id="except"),
    case("try: ...\nfinally: x: Optional[int]\n", "try: ...\nfinally: x: int | None\n", id="finally"),
    case("match 1:\n    case 1: x: Optional[int]\n    case _ if cast(Optional[int], 1): ...\n", "match 1:\n    case 1: x: int | None\n    case _ if cast(int | None, 1): ...\n", id="case"),
    case("for i in range(1): x: Optional[int]\n", "for i in range(1): x: int | None\n", id="for"),
    case("with a: x: Optional[int]\n", "with a: x: int | None\n", id="with"),
    case("def f(ärger: Optional[str]) -> Optional[Größe]: ...\n", "def f(ärger: str | None) -> Größe | None: ...\n", id="unicode"),
    case('s = "ü"; x: Optional[str] = "日本"; y: Optional[int]\n', 's = "ü"; x: str | None = "日本"; y: int | None\n', id="unicode-before"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), LAYOUTS)
def test_layouts(before: str, after: str):
    header = "from typing import Literal\n"
    becomes(header + before, header + after)


@pytest.mark.parametrize("newline", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_line_ends_are_kept(newline: str):
    before = KEPT + "x: Optional[int]\ny: Union[\n    int,  # a\n    str,\n]\n"
    after = KEPT + "x: int | None\ny: (\n    int  # a\n    | str\n)\n"
    check_rewrites(ID, before.replace("\n", newline), after.replace("\n", newline))


def test_byte_order_mark_is_kept():
    before = b"\xef\xbb\xbffrom typing import Optional\nx: Optional[int]\n"
    assert rewrite(ID, before).files["module.py"] == b"\xef\xbb\xbfx: int | None\n"


def test_a_line_that_gets_too_long_is_left_alone_where_it_stood_on_several():
    names = [f'"SomeQuiteLongClassName{number}"' for number in range(5)]
    stays("x: Union[\n    " + ",\n    ".join(names) + ",\n]\n", refusal="layout")


def test_comments_among_strings_are_left_alone():
    stays('x: Union[\n    "A",  # first\n    "B",\n]\n', refusal="layout")


PRECEDENCE = [
    case("y = Optional[int].__args__", "y = (int | None).__args__", id="attribute"),
    case("y = Optional[T][int]", "y = (T | None)[int]", id="subscript"),
    case("y = not Optional[int]", "y = not (int | None)", id="not"),
    case("y = Optional[int] == z", "y = int | None == z", id="equal"),
    case("y = Optional[int] in z", "y = int | None in z", id="in"),
    case("y = Optional[int] or z", "y = int | None or z", id="or"),
    case("y = Optional[int] if a else Optional[str]", "y = int | None if a else str | None", id="if"),
    case("y = lambda: Optional[int]", "y = lambda: int | None", id="lambda"),
    case("y = lambda a=Optional[int]: a", "y = lambda a=int | None: a", id="lambda-default"),
    case("y = [Optional[int] for _ in a]", "y = [int | None for _ in a]", id="comprehension"),
    case("y = {Optional[int]: Optional[str]}", "y = {int | None: str | None}", id="dict"),
    case("y = (z := Optional[int])", "y = (z := int | None)", id="walrus"),
    case("y = [*Optional[int]]", "y = [*int | None]", id="star"),
    case("y = f(Optional[int], a=Optional[str])", "y = f(int | None, a=str | None)", id="arguments"),
    case("y = isinstance(z, Optional[int])", "y = isinstance(z, int | None)", id="isinstance"),
    case("y = issubclass(z, Union[int, str])", "y = issubclass(z, int | str)", id="issubclass"),
    case("def f(a=Optional[int]): ...", "def f(a=int | None): ...", id="default"),
    case("def f(*a: Optional[int], **k: Union[int, str]): ...", "def f(*a: int | None, **k: int | str): ...", id="star-parameters"),
    case("@register(Optional[int])\ndef f(): ...", "@register(int | None)\ndef f(): ...", id="decorator"),
    case("class A(Base[Optional[int]], key=Union[int, str]): ...", "class A(Base[int | None], key=int | str): ...", id="base"),
    case("T = TypeVar('T', bound=Optional[int])", "T = TypeVar('T', bound=int | None)", id="bound"),
    case("N = NewType('N', Union[int, str])", "N = NewType('N', int | str)", id="newtype"),
    case("async def f(a: Optional[int]):\n    async with a: x: Optional[int]", "async def f(a: int | None):\n    async with a: x: int | None", id="async"),
    case("Json = Union[int, list['Json']]", "Json = int | list['Json']", id="recursive-alias"),
    case("Json: TypeAlias = Union[int, None]", "Json: TypeAlias = int | None", id="type-alias"),
    case("raise E(Optional[int])", "raise E(int | None)", id="raise"),
    case("return_ = yield_ = Union[int, str]", "return_ = yield_ = int | str", id="chained-assignment"),
    case("del x[Optional[int]]", "del x[int | None]", id="del"),
    case("assert Optional[int], Union[int, str]", "assert int | None, int | str", id="assert"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), PRECEDENCE)
def test_runtime_positions_and_precedence(before: str, after: str):
    header = "from typing import NewType, TypeAlias, TypeVar\n"
    becomes(f"{header}{before}\n", f"{header}{after}\n")


TOLD_APART = [
    case("y = z is Optional[int]", id="is"),
    case("y = Optional[int] is not z", id="is-not"),
    case("y = get_origin(Optional[int])", id="get-origin"),
    case("y = typing.get_origin(Optional[int])", id="dotted-get-origin"),
    case("y = repr(Optional[int])", id="repr"),
    case("y = str(Union[int, str])", id="str"),
    case("y = type(Optional[int])", id="type"),
    case("y = id(Optional[int])", id="id"),
    case("print(Optional[int])", id="print"),
    case("y = isinstance(Optional[int], z)", id="isinstance-of-the-form"),
    case("y = hasattr(Optional[int], '__origin__')", id="hasattr"),
    case("y = Optional[int].__origin__", id="origin"),
    case("y = Optional[int].__class__", id="class"),
    case("y = Optional[int](3)", id="called"),
    case("y = 'of %s' % Optional[int]", id="formatted"),
    case("y = f'of {Optional[int]}'", id="f-string"),
    case("y = f'of {Optional[int]!r:>{Union[int, str]}}'", id="nested-f-string"),
    case("X = Optional[None]", id="none-type-alias"),
    case("y = isinstance(z, Union[None])", id="isinstance-none-type"),
    case("x: list[Optional[None]]", id="none-type-as-an-argument"),
    case("Optional[int] = 3", id="target"),
    case("y = Optional", id="bare"),
    case("y = Optional.__getitem__(int)", id="dunder"),
]


@pytest.mark.parametrize("body", TOLD_APART)
def test_left_alone_where_the_spelling_shows(body: str):
    stays(f"{body}\n")


UNSAFE = [
    case("x: Optional[f()]", "x: f() | None", "is a call", id="call"),
    case("x: Union[int, a.b()]", "x: int | a.b()", "is a call", id="method-call"),
    case("x: Optional[callable]", "x: callable | None", "builtin function", id="callable"),
    case("x: Optional[any]", "x: any | None", "builtin function", id="any"),
    case("def f(): ...\nx: Optional[f]", "def f(): ...\nx: f | None", "is a function", id="function"),
    case("def F(): ...\nx: Optional[F]", "def F(): ...\nx: F | None", "is a function", id="capital"),
    case("A = 'B'\nx: Optional[A]", "A = 'B'\nx: A | None", "is a string", id="string-alias"),
    case("A: str = 'B'\nx: Optional[A]", "A: str = 'B'\nx: A | None", "is a string", id="annotated-string-alias"),
    case("A = lambda: 1\nx: Optional[A]", "A = lambda: 1\nx: A | None", "is a function", id="lambda"),
    case(
        "try:\n    from pandas import Frame\nexcept ImportError:\n    Frame = None\nx: Optional[Frame]",
        "try:\n    from pandas import Frame\nexcept ImportError:\n    Frame = None\nx: Frame | None",
        "is None here",
        id="none-where-an-import-failed",
    ),
    case(
        "class A:\n    date: Optional[date] = None",
        "class A:\n    date: date | None = None",
        "is None here",
        id="field-named-like-its-type",
    ),
    case(
        "class A:\n    def dict(self): ...\n    def g(self, a: Optional[dict]): ...",
        "class A:\n    def dict(self): ...\n    def g(self, a: dict | None): ...",
        "is a function",
        id="method-named-like-the-type",
    ),
    case("x: Optional[helpers.thing]", "x: helpers.thing | None", "may be a function", id="lowercase"),
    case("import threading\nx: Optional[threading.Lock]", "import threading\nx: threading.Lock | None", "threading.Lock", id="lock"),
    case("import threading as th\nx: Optional[th.RLock]", "import threading as th\nx: th.RLock | None", "threading.RLock", id="rlock-alias"),
    case("from threading import Lock\nx: Optional[Lock]", "from threading import Lock\nx: Lock | None", "threading.Lock", id="imported-lock"),
    case("from threading import Lock as L\nx: Optional[L]", "from threading import Lock as L\nx: L | None", "threading.Lock", id="lock-as-l"),
    case("import numpy as np\nx: Optional[np.array]", "import numpy as np\nx: np.array | None", "numpy.array", id="np-array"),
    case("from typing import NamedTuple\nx: Optional[NamedTuple]", "from typing import NamedTuple\nx: NamedTuple | None", "NamedTuple", id="named-tuple"),
    case("x: Optional[int,]", "x: int | None", "raises TypeError", id="optional-with-a-comma"),
    case("x: Optional[TYPES[0]]", "x: TYPES[0] | None", "looked up", id="item"),
    case("x: f() | Optional[int]", "x: f() | int | None", "is a call", id="call-beside"),
    case(
        "def f(kind):\n    return Optional[kind]",
        "def f(kind):\n    return kind | None",
        "is a variable",
        id="parameter",
    ),
    case(
        "def f(Kind):\n    return Optional[Kind]",
        "def f(Kind):\n    return Kind | None",
        "is a variable",
        id="capital-parameter",
    ),
    case(
        "def f():\n    class Local: ...\n    def g(a: Union['A', Local]): ...",
        "def f():\n    class Local: ...\n    def g(a: 'A | Local'): ...",
        "cannot resolve",
        id="local-class-becomes-quoted",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "reason"), UNSAFE)
def test_operands_that_leave_a_doubt(before: str, after: str, reason: str):
    becomes(f"{before}\n", f"{after}\n", safety=Safety.UNSAFE, reason=reason)


CLEAR = [
    case("import datetime\nx: Optional[datetime.datetime]", id="datetime"),
    case("import datetime as dt\nx: Optional[dt.date]", id="datetime-as-dt"),
    case("from datetime import date\nx: Optional[date]", id="date"),
    case("import numpy as np\nx: Optional[np.float64]", id="numpy"),
    case("from collections import deque\nx: Optional[deque]", id="deque"),
    case("import weakref\nx: Optional[weakref.ref]", id="weakref"),
    case("import weakref\nx: Optional[weakref.ref[int]]", id="weakref-of"),
    case("class thing: ...\nx: Optional[thing]", id="lowercase-class-here"),
    case("class A:\n    date: int = None\nclass B:\n    x: Optional[date]\nfrom datetime import date", id="name-of-another-class"),
    case("class A:\n    def list(self): ...\n    def f(self):\n        x: Optional[list] = None", id="method-name-in-a-body"),
    case("def f(kind):\n    x: Optional[kind] = None", id="local-variables-are-never-evaluated"),
    case("from typing import TypeVar\nT = TypeVar('T')\nx: Optional[T]", id="typevar"),
    case("from typing import Any\nx: Optional[Any]", id="any"),
    case("from collections.abc import Callable\nx: Optional[Callable[..., int]]", id="callable"),
    case("x: Optional[memoryview]", id="memoryview"),
    case("import asyncio\nx: Optional[asyncio.Lock]", id="asyncio-lock"),
    case("def make(Lock=None): ...\nfrom asyncio import Lock\nx: Optional[Lock]", id="another-lock"),
]  # fmt: skip


@pytest.mark.parametrize("body", CLEAR)
def test_operands_that_leave_no_doubt(body: str):
    result = rewrite(ID, f"{KEPT}{body}\n")
    assert [finding.safety for finding in result.findings] == [Safety.SAFE]


FUTURE = "from __future__ import annotations\n"
OLD_REWRITTEN = [
    case(f"{FUTURE}{KEPT}x: Optional[int]\n", "x: int | None\n", id="module-variable"),
    case(f"{FUTURE}{KEPT}def f(a: Optional[int]) -> Optional[str]: ...\n", "def f(a: int | None) -> str | None: ...\n", id="function"),
    case(f"{FUTURE}{KEPT}class A:\n    x: Optional[int]\n", "class A:\n    x: int | None\n", id="plain-class"),
    case(f"{FUTURE}{KEPT}class A:\n    @property\n    def x(self) -> Optional[int]: ...\n", "class A:\n    @property\n    def x(self) -> int | None: ...\n", id="property"),
    case(f"{KEPT}def f():\n    x: Optional[int] = None\n", "def f():\n    x: int | None = None\n", id="local-variable"),
    case(f"{KEPT}def f(a: 'Optional[int]'): ...\n", "def f(a: 'int | None'): ...\n", id="quoted"),
    case(f"{KEPT}def f(a: Optional['A']): ...\n", None, id="part-quoted"),
    case(f"{KEPT}x: Optional[int]\n", None, id="evaluated-variable"),
    case(f"{KEPT}def f(a: Optional[int]): ...\n", None, id="evaluated-parameter"),
    case(f"{KEPT}def f() -> Optional[int]: ...\n", None, id="evaluated-return"),
    case(f"{KEPT}class A:\n    x: Optional[int]\n", None, id="evaluated-field"),
    case(f"{FUTURE}{KEPT}X = Optional[int]\n", None, id="alias"),
    case(f"{FUTURE}{KEPT}y = cast(Optional[int], 1)\n", None, id="cast"),
    case(f"{FUTURE}{KEPT}y = isinstance(1, Optional[int])\n", None, id="isinstance"),
    case(f"{FUTURE}{KEPT}class A(Base[Optional[int]]): ...\n", None, id="base"),
    case(f"{FUTURE}{KEPT}def f(a=Optional[int]): ...\n", None, id="default"),
    case(f"{FUTURE}{KEPT}@f(Optional[int])\ndef g(): ...\n", None, id="decorator"),
    case(f"{FUTURE}from pydantic import BaseModel\n{KEPT}class A(BaseModel):\n    x: Optional[int]\n", None, id="pydantic"),
    case(f"{FUTURE}from dataclasses import dataclass\n{KEPT}@dataclass\nclass A:\n    x: Optional[int]\n", None, id="dataclass"),
    case(f"{FUTURE}{KEPT}class A(Base):\n    x: Mapped[Optional[int]]\n", None, id="sqlalchemy"),
    case(f"{FUTURE}{KEPT}@app.command()\ndef f(a: Optional[int] = None): ...\n", None, id="typer"),
    case(f"{FUTURE}{KEPT}@router.get('/')\nasync def f(a: Optional[int] = None): ...\n", None, id="fastapi"),
]  # fmt: skip


@pytest.mark.parametrize("target", ["py39"])
@pytest.mark.parametrize(("before", "after"), OLD_REWRITTEN)
def test_below_python_3_10(before: str, after: str | None, target: str):
    if after is None:
        check_unchanged(ID, before, refusal="target-version", target=target)
    else:
        head = before[: before.index(KEPT) + len(KEPT)]
        check_rewrites(ID, before, head + after, target=target)


@pytest.mark.parametrize("library", ["typer", "fastapi", "pydantic", "get_type_hints"])
def test_below_3_10_a_signature_is_unsafe_beside_a_library_that_reads_them(library: str):
    body = f"{FUTURE}import {library}\n{KEPT}def f(a: {{}}): ...\n"
    before, after = body.format("Optional[int]"), body.format("int | None")
    check_rewrites(ID, before, after, safety=Safety.UNSAFE, reason=library, target="py39")


def test_below_3_11_a_string_in_a_builtin_generic_is_not_resolved():
    before = f'{KEPT}class A(Base):\n    x: list[Optional["A"]]\n'
    after = f'{KEPT}class A(Base):\n    x: list["A | None"]\n'
    check_rewrites(ID, before, after, safety=Safety.UNSAFE, reason="3.11", target="py310")
    check_rewrites(ID, before, after, target="py311")


PEP_695 = [
    case("def f[T](a: Optional[T]) -> Union[T, None]: ...\n", "def f[T](a: T | None) -> T | None: ...\n", id="function"),
    case("class A[T: Optional[int]]:\n    x: Optional[T]\n", "class A[T: int | None]:\n    x: T | None\n", id="class"),
    case("type X[T] = Optional[T]\n", "type X[T] = T | None\n", id="alias"),
]  # fmt: skip


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are syntax of Python 3.12")
@pytest.mark.parametrize(("before", "after"), PEP_695)
def test_type_parameters(before: str, after: str):
    becomes(before, after)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are syntax of Python 3.12")
def test_a_type_parameter_shadows():
    check_unchanged(ID, "from typing import Optional\ndef f[Optional](a: Optional[int]): ...\n")


def test_both_codemods_give_the_whole_rewrite_in_one_go():
    before = (
        "from typing import Callable, Dict, List, Optional, Union\n\n\n"
        "def f(a: Optional[List[Union[int, Dict[str, int]]]], g: Optional[Callable[[List[int]], None]]):\n"
        "    ...\n"
    )
    after = (
        "from collections.abc import Callable\n\n\n"
        "def f(a: list[int | dict[str, int]] | None, g: Callable[[list[int]], None] | None):\n"
        "    ...\n"
    )
    result = rewrite((ID, "builtin-generics"), before)
    assert result.text == after
    assert rewrite(("builtin-generics", ID), before).text == after


def test_annotation_in_more_brackets_than_one_look_takes_in():
    before = "from typing import Optional\n\nx: Optional[a[b[c[d[e]]]]]\n"
    check_rewrites("optional-to-union", before, "x: a[b[c[d[e]]]] | None\n")
