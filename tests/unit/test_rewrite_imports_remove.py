"""Freed names: what goes, what stays, and how the statement looks without it."""

from textwrap import dedent

import pytest

from lever_fix.rewrite.imports import edit_imports


def without(text: str, *names: str, path: str = "app/mod.py", before: str | None = None) -> str:
    """The text after `names` were freed; before that, they were used at its end."""
    used = text + "".join(f"\n_: {name}" for name in names) if before is None else before
    result = edit_imports(text.encode(), path, before=used.encode(), freed=names)
    again = edit_imports(result, path, before=used.encode(), freed=names)
    assert again == result
    return result.decode()


def check_removed(before: str, after: str, *names: str) -> None:
    assert without(dedent(before), *names) == dedent(after)


def check_kept(text: str, *names: str, **options: str) -> None:
    assert without(dedent(text), *names, **options) == dedent(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "from typing import Any, Optional\n\nx: Any\n",
            "from typing import Any\n\nx: Any\n",
            id="last-of-a-line",
        ),
        pytest.param(
            "from typing import Optional, Any\n\nx: Any\n",
            "from typing import Any\n\nx: Any\n",
            id="first-of-a-line",
        ),
        pytest.param(
            "from typing import Any, Optional  # why not\n",
            "from typing import Any  # why not\n",
            id="comment-beside-a-line-stays",
        ),
        pytest.param("from typing import Optional\n", "", id="only-statement-of-the-file"),
        pytest.param("from typing import Optional", "", id="no-final-newline"),
        pytest.param(
            "from typing import Optional\n\nimport a\n", "import a\n", id="first-run-of-the-file"
        ),
        pytest.param(
            '"""Doc."""\n\nfrom typing import Optional\n\n\nclass A: ...\n',
            '"""Doc."""\n\n\nclass A: ...\n',
            id="larger-gap-stays",
        ),
        pytest.param(
            "import os\n\nfrom typing import Optional\n\nimport a\n",
            "import os\n\nimport a\n",
            id="a-run-of-its-own",
        ),
        pytest.param(
            "import os\nfrom typing import Optional\n\n\ndef f(): ...\n",
            "import os\n\n\ndef f(): ...\n",
            id="last-of-a-run",
        ),
        pytest.param(
            "x = 1\n\nfrom typing import Optional\n", "x = 1\n", id="at-the-end-of-the-file"
        ),
        pytest.param(
            "import os\r\nfrom typing import (\r\n    Any,\r\n    Optional,\r\n)\r\n",
            "import os\r\nfrom typing import (\r\n    Any,\r\n)\r\n",
            id="crlf",
        ),
        pytest.param(
            "import os\rfrom typing import Any, Optional\r",
            "import os\rfrom typing import Any\r",
            id="cr-alone",
        ),
        pytest.param(
            'from typing import Optional\n\nheaders = {"Is-Optional": "no"}\n',
            'headers = {"Is-Optional": "no"}\n',
            id="hyphenated-words-are-no-code",
        ),
        pytest.param("import os, Optional\n", "import os\n", id="plain-import-with-two"),
        pytest.param(
            "import os; from typing import Optional; x = 1\n",
            "import os; x = 1\n",
            id="between-semicolons",
        ),
        pytest.param(
            "from typing import Optional; from typing import Any\n",
            "from typing import Any\n",
            id="before-a-semicolon",
        ),
        pytest.param(
            "import os; from typing import Optional  # both\n",
            "import os  # both\n",
            id="behind-a-semicolon",
        ),
        pytest.param(
            "from typing import Any as A, Optional as Optional_\n",
            "from typing import Any as A, Optional as Optional_\n",
            id="another-bound-name",
        ),
        pytest.param(
            "def f():\n    from typing import Optional\n    return 1\n",
            "def f():\n    return 1\n",
            id="local-import",
        ),
        pytest.param(
            "def f():\n    from typing import Optional\n\n    return 1\n",
            "def f():\n    return 1\n",
            id="local-import-and-the-gap-below-it",
        ),
        pytest.param(
            "def f():\n    from typing import Optional\n",
            "def f():\n    pass\n",
            id="local-import-is-the-whole-body",
        ),
        pytest.param(
            "from typing import (Optional)\nx = 1\n", "x = 1\n", id="one-name-in-parentheses"
        ),
        pytest.param(
            "from typing import (Any, Optional)\n",
            "from typing import Any\n",
            id="parentheses-that-nothing-needs-any-more",
        ),
        pytest.param(
            "from typing import Optional\\\n    , Any\n",
            "from typing import Any\n",
            id="odd-backslash",
        ),
    ],
)
def test_removes(before, after):
    check_removed(before, after, "Optional")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """\
            from typing import (
                TYPE_CHECKING,
                Any,
                AsyncIterator,
                Awaitable,
                Callable,
                Coroutine,
                Optional,
                TypeVar,
                Union,
                overload,
            )
            """,
            """\
            from typing import (
                TYPE_CHECKING,
                Any,
                AsyncIterator,
                Awaitable,
                Callable,
                Coroutine,
                TypeVar,
                overload,
            )
            """,
            id="one-a-line-still-too-long",
        ),
        pytest.param(
            """\
            from typing import (
                Any,
                AsyncIterator,
                Awaitable,
                Callable,
                Optional,
                TypeVar,
                Union,
                overload,
            )
            """,
            """\
            from typing import Any, AsyncIterator, Awaitable, Callable, TypeVar, overload
            """,
            id="one-a-line-that-fits-now",
        ),
        pytest.param(
            """\
            from typing import (
                Any,
                Optional,
                Union,
            )
            """,
            """\
            from typing import (
                Any,
            )
            """,
            id="spread-out-on-purpose",
        ),
        pytest.param(
            """\
            from typing import (
                Any,
                Optional,
                Union
            )
            """,
            """\
            from typing import (
                Any
            )
            """,
            id="no-comma-at-the-end",
        ),
        pytest.param(
            """\
            from typing import (
                Any,
                Optional)
            """,
            """\
            from typing import (
                Any)
            """,
            id="parenthesis-behind-the-last-name",
        ),
        pytest.param(
            """\
            from typing import (  # what we need
                # everything
                Any,
                # perhaps
                Optional,  # or nothing
                Union,
                # more to come
            )
            """,
            """\
            from typing import (  # what we need
                # everything
                Any,
                # perhaps
                # or nothing
                # more to come
            )
            """,
            id="comments-inside-stay",
        ),
        pytest.param(
            """\
            from typing import (Any, Awaitable, Callable, Generic, Iterable, Iterator, Mapping,
                                Optional, Sequence, TypeVar, Union)
            """,
            """\
            from typing import (Any, Awaitable, Callable, Generic, Iterable, Iterator, Mapping,
                                Sequence, TypeVar)
            """,
            id="filled-lines-are-filled-anew",
        ),
        pytest.param(
            """\
            from typing import Any, Awaitable, Callable, Generic, Iterable, Iterator, Union, \\
                Optional, Sequence
            """,
            """\
            from typing import Any, Awaitable, Callable, Generic, Iterable, Iterator, Sequence
            """,
            id="backslash-that-nothing-needs-any-more",
        ),
        pytest.param(
            """\
            from typing import Any, Awaitable, Callable, Generic, Iterable, Iterator, Union, \\
                Optional, Sequence, TypeVar, Mapping
            """,
            """\
            from typing import Any, Awaitable, Callable, Generic, Iterable, Iterator, Sequence, \\
                TypeVar, Mapping
            """,
            id="backslash-still-needed",
        ),
        pytest.param(
            """\
            from typing import (Any, Optional,  # the first two
                                Union, List)  # the others
            """,
            """\
            from typing import (Any,  # the first two
                                List)  # the others
            """,
            id="filled-lines-with-comments",
        ),
        pytest.param(
            """\
            # above
            from typing import Optional, Union  # beside
            # below
            x = 1
            """,
            """\
            # above
            # beside
            # below
            x = 1
            """,
            id="comments-around-a-statement-that-goes",
        ),
        pytest.param(
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from typing import Optional, Union

            x = 1
            """,
            """\
            x = 1
            """,
            id="the-whole-type-checking-block",
        ),
        pytest.param(
            """\
            import typing as t

            if t.TYPE_CHECKING:
                from typing import Optional
                from typing import Union

            x: t.Any = 1
            """,
            """\
            import typing as t

            x: t.Any = 1
            """,
            id="type-checking-block-of-two",
        ),
        pytest.param(
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:  # for the checker
                from typing import Optional
            """,
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:  # for the checker
                pass
            """,
            id="type-checking-block-with-a-comment",
        ),
        pytest.param(
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from typing import Optional
            else:
                x = 1
            """,
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                pass
            else:
                x = 1
            """,
            id="type-checking-block-with-an-else",
        ),
        pytest.param(
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from typing import Optional

                from app import User
            """,
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from app import User
            """,
            id="first-of-a-type-checking-block",
        ),
        pytest.param(
            """\
            from typing import Optional
            from typing import Union
            import os
            """,
            """\
            import os
            """,
            id="two-statements",
        ),
        pytest.param(
            """\
            import os

            from typing import Optional

            from typing import Union


            def f(): ...
            """,
            """\
            import os


            def f(): ...
            """,
            id="two-runs",
        ),
        pytest.param(
            """\
            # Copyright

            from typing import Optional

            import os
            """,
            """\
            # Copyright

            import os
            """,
            id="below-a-licence",
        ),
    ],
)
def test_keeps_the_layout(before, after):
    check_removed(before, after, "Optional", "Union")


USES = [
    pytest.param("x: Optional[int]", id="annotation"),
    pytest.param("x: Optional = None", id="annotation-with-a-value"),
    pytest.param("def f(x: Optional = None): ...", id="annotation-with-a-default"),
    pytest.param("x: 'Optional[int]'", id="string-annotation"),
    pytest.param("x: 'Optional[int]'\n'An attribute.'", id="string-annotation-above-a-docstring"),
    pytest.param("x = cast('Optional[int]', y)", id="string-of-a-cast"),
    pytest.param("x: 'List[' 'Optional[int]]'", id="string-in-two-pieces"),
    pytest.param("x: \"List['Optional[int]']\"", id="string-in-a-string"),
    pytest.param("x = f'{Optional}'", id="f-string"),
    pytest.param("x = []  # type: Optional[int]", id="type-comment"),
    pytest.param("x = [\n    Optional\n]", id="on-a-line-of-its-own"),
    pytest.param("x = {Optional: 1}", id="key"),
    pytest.param("f(Optional == 1)", id="comparison"),
    pytest.param("f(x, *Optional)", id="starred"),
    pytest.param("x = [...,Optional]", id="behind-a-comma"),
    pytest.param("x[...: Optional]", id="slice"),
    pytest.param("exec('y: Optional[int]\\nz = 1')", id="code-in-a-string"),
    pytest.param("__all__ = ['Optional']", id="in-all"),
    pytest.param("__all__ += ['x', 'Optional']", id="added-to-all"),
    pytest.param("del Optional", id="deleted"),
    pytest.param("x = globals()['Optional']", id="looked-up"),
]


@pytest.mark.parametrize("use", USES)
def test_keeps_a_name_in_use(use):
    check_kept(f"from typing import Any, Optional\n\n{use}\n", "Optional")


@pytest.mark.parametrize(
    "mention",
    [
        pytest.param('"""Optional."""', id="module-docstring"),
        pytest.param('def f():\n    """Optional"""', id="function-docstring"),
        pytest.param("x = 'Optional. A sentence.'", id="prose-in-a-string"),
        pytest.param("x = 'Optional arguments'", id="two-words-in-a-string"),
        pytest.param("x = b'Optional'", id="bytes"),
        pytest.param("# Optional[int] or so", id="comment"),
        pytest.param("x.Optional", id="attribute"),
        pytest.param("x.  Optional", id="attribute-with-a-gap"),
        pytest.param("(x\n .Optional)", id="attribute-on-the-next-line"),
        pytest.param("f(Optional=1)", id="keyword-argument"),
        pytest.param("f(a, Optional = 1)", id="second-keyword-argument"),
        pytest.param("OptionalStr = NotOptional = 1", id="part-of-a-word"),
        pytest.param("é_Optional = Optionalé = 1", id="part-of-a-word-beyond-ascii"),
        pytest.param("x = 1  # type: ignore[Optional]", id="type-ignore"),
    ],
)
def test_removes_a_name_that_is_only_mentioned(mention):
    text = f"{mention}\nfrom typing import Any, Optional\n"
    assert without(text, "Optional") == f"{mention}\nfrom typing import Any\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from typing import Optional  # noqa\n", id="noqa"),
        pytest.param("from typing import Optional  # noqa: F401\n", id="noqa-f401"),
        pytest.param("from typing import Any, Optional  # NOQA:E501,F401\n", id="noqa-of-several"),
        pytest.param(
            "from typing import (\n    Any,\n    Optional,  # noqa: F401\n)\n", id="noqa-inside"
        ),
        pytest.param(
            "from typing import (  # noqa: F401\n    Any,\n    Optional,\n)\n",
            id="noqa-at-the-head",
        ),
        pytest.param("from typing import Optional  # type: ignore\n", id="type-ignore-alone"),
        pytest.param("from typing import Optional  # isort: skip\n", id="isort-skip-alone"),
        pytest.param("from typing import Optional as Optional\n", id="redundant-alias"),
        pytest.param(
            "try:\n    from typing import Optional\nexcept ImportError:\n    Optional = 1\n",
            id="try",
        ),
        pytest.param(
            "try:\n    from typing import Optional\nfinally:\n    pass\n", id="try-finally"
        ),
        pytest.param("if x:\n    from typing import Optional\n", id="condition"),
        pytest.param(
            "if not TYPE_CHECKING:\n    from typing import Optional\n", id="not-type-checking"
        ),
        pytest.param("class A:\n    from typing import Optional\n", id="class-attribute"),
        pytest.param(
            "from typing import Optional\nif x:\n    from t import Optional\n",
            id="also-bound-elsewhere",
        ),
        pytest.param(
            '"""\nfrom typing import Optional\n"""\nfrom typing import *\n',
            id="only-in-a-docstring",
        ),
        pytest.param(
            "'''\n\"\"\"\nfrom typing import Optional\n'''\n", id="only-in-a-docstring-with-quotes"
        ),
        pytest.param("from __future__ import Optional\n", id="future"),
        pytest.param("from Optional import x\n", id="module-name"),
        pytest.param("x = 1\n", id="not-imported"),
        pytest.param(
            "import os; from typing import (\n    # c\n    Optional\n)\n",
            id="comment-inside-behind-a-semicolon",
        ),
    ],
)
def test_keeps_an_import_that_is_not_ours(text):
    check_kept(text, "Optional")


def test_keeps_what_the_edits_did_not_free():
    text = "from typing import Any, Optional\n"
    check_kept(text, "Optional", before=text)


def test_keeps_everything_in_a_package_init():
    text = "from typing import Any, Optional\n"
    check_kept(text, "Optional", path="app/__init__.py")


def test_other_noqa_codes_do_not_keep_a_name():
    check_removed(
        "from typing import Any, Optional  # noqa: I001\n",
        "from typing import Any  # noqa: I001\n",
        "Optional",
    )


def test_needed_names_are_not_freed():
    from lever_fix.model import Import

    text = b"from typing import Any, Optional\n"
    needs = [Import("typing", "Optional")]
    before = text + b"x: Optional\n"
    assert edit_imports(text, "m.py", before=before, add=needs, freed=["Optional"]) == text
