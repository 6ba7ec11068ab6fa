"""Imports to add: the statement they join, or the block and place of a new one."""

from textwrap import dedent

import pytest

from lever_fix.model import Import
from lever_fix.rewrite.imports import edit_imports

AIOHTTP = Import("aiohttp")
ASYNCIO = Import("asyncio")
CLOSING = Import("contextlib", "closing")
RETRY = Import("tenacity", "retry")
SELECTINLOAD = Import("sqlalchemy.orm", "selectinload")


def added(text: str, *needs: Import, path: str = "app/mod.py", width: int = 88) -> str:
    data = text.encode()
    result = edit_imports(data, path, before=data, add=needs, line_length=width)
    assert edit_imports(result, path, before=data, add=needs, line_length=width) == result
    return result.decode()


def check_added(before: str, after: str, *needs: Import, **options) -> None:
    assert added(dedent(before), *needs, **options) == dedent(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("from m import a, c\n", "from m import a, b, c\n", id="sorted"),
        pytest.param("from m import z, a\n", "from m import z, a, b\n", id="unsorted"),
        pytest.param("from m import c\n", "from m import b, c\n", id="one-name"),
        pytest.param("from m import (a, c)\n", "from m import a, b, c\n", id="parentheses"),
        pytest.param("from m import a, c  # why\n", "from m import a, b, c  # why\n", id="comment"),
        pytest.param("from m import A, c\n", "from m import A, b, c\n", id="classes-first"),
        pytest.param("from m import AA, Z, c\n", "from m import AA, Z, b, c\n", id="by-kind"),
        pytest.param("from m import a, C, d\n", "from m import a, b, C, d\n", id="case-blind"),
        pytest.param("from m import a; x = 1\n", "from m import a, b; x = 1\n", id="semicolon"),
        pytest.param(
            "from m import (\n    a,\n    c,\n)\n",
            "from m import (\n    a,\n    b,\n    c,\n)\n",
            id="one-a-line",
        ),
        pytest.param(
            "from m import (\n    A,\n    a\n)\n",
            "from m import (\n    A,\n    a,\n    b\n)\n",
            id="one-a-line-without-a-last-comma",
        ),
        pytest.param(
            "from m import (\n  a,\n  # about c\n  c,\n  # the end\n)\n",
            "from m import (\n  a,\n  b,\n  # about c\n  c,\n  # the end\n)\n",
            id="above-the-comment-of-the-next",
        ),
        pytest.param(
            "from m import (\n    a)\n",
            "from m import (\n    a,\n    b)\n",
            id="closed-on-the-line",
        ),
        pytest.param(
            "from m import (a,  # one\n               c)  # two\n",
            "from m import (a,  # one\n               b, c)  # two\n",
            id="filled-with-comments",
        ),
        pytest.param(
            "from m import (a,  # one\n               aa)  # two\n",
            "from m import (a,  # one\n               aa, b)  # two\n",
            id="filled-with-comments-at-the-end",
        ),
        pytest.param(
            f"from m import a, {'c' * 60}, \\\n    {'d' * 20}\n",
            f"from m import a, b, {'c' * 60}, \\\n    {'d' * 20}\n",
            id="backslash",
        ),
        pytest.param(
            f"from m import a, {'c' * 69}, \\\n    d\n",
            f"from m import a, b, \\\n    {'c' * 69}, d\n",
            id="backslash-and-another-break",
        ),
        pytest.param(
            "from m import b as bb\n", "from m import b\nfrom m import b as bb\n", id="alias"
        ),
        pytest.param(
            "from m import a as c, d\n", "from m import a as c, b, d\n", id="aliases-are-combined"
        ),
        pytest.param(
            "from n import c\nfrom n import d\nfrom m import a\n",
            "from n import c\nfrom n import d\nfrom m import a\nfrom m import b\n",
            id="one-name-a-statement",
        ),
        pytest.param("from m import *\n", "from m import *\nfrom m import b\n", id="star"),
        pytest.param(
            "if x:\n    from m import a\n",
            "from m import b\n\nif x:\n    from m import a\n",
            id="not-a-conditional-one",
        ),
    ],
)
def test_joins_the_statement_in_its_style(before, after):
    check_added(before, after, Import("m", "b"))


def test_wraps_what_gets_too_long():
    check_added(
        "from m import aaaaaaaaa, ccccccccc  # why\n",
        "from m import (\n    aaaaaaaaa,\n    b,\n    ccccccccc,\n)  # why\n",
        Import("m", "b"),
        width=35,
    )


def test_wraps_a_new_statement():
    check_added(
        "import os\n",
        "import os\n\nfrom m import (\n    aaaaaaaaa,\n    bbbbbbbbb,\n)\n",
        Import("m", "bbbbbbbbb"),
        Import("m", "aaaaaaaaa"),
        width=30,
    )


@pytest.mark.parametrize(
    ("before", "after", "need"),
    [
        pytest.param("", "import asyncio\n", ASYNCIO, id="empty-file"),
        pytest.param("x = 1\n", "import asyncio\n\nx = 1\n", ASYNCIO, id="code-alone"),
        pytest.param(
            "def f(): ...\n", "import asyncio\n\n\ndef f(): ...\n", ASYNCIO, id="a-function-first"
        ),
        pytest.param(
            "# about f\n@d\ndef f(): ...\n",
            "import asyncio\n\n\n# about f\n@d\ndef f(): ...\n",
            ASYNCIO,
            id="a-comment-of-the-function",
        ),
        pytest.param('"""Doc."""', '"""Doc."""\n\nimport asyncio\n', ASYNCIO, id="docstring-alone"),
        pytest.param(
            '"""Doc.\n\nimport x\n"""\nx = 1\n',
            '"""Doc.\n\nimport x\n"""\n\nimport asyncio\n\nx = 1\n',
            ASYNCIO,
            id="docstring-and-code",
        ),
        pytest.param(
            'r"""Doc."""  # noqa\n\n\nclass A: ...\n',
            'r"""Doc."""  # noqa\n\nimport asyncio\n\n\nclass A: ...\n',
            ASYNCIO,
            id="docstring-and-class",
        ),
        pytest.param(
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n",
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\nimport asyncio\n\nx = 1\n",
            ASYNCIO,
            id="shebang-and-cookie",
        ),
        pytest.param(
            "#!/usr/bin/env python\n# Copyright\nimport os\n",
            "#!/usr/bin/env python\n# Copyright\nimport asyncio\nimport os\n",
            ASYNCIO,
            id="header-glued-to-the-imports",
        ),
        pytest.param(
            "# Copyright\n\n# Licence\n\nx = 1\n",
            "# Copyright\n\n# Licence\n\nimport asyncio\n\nx = 1\n",
            ASYNCIO,
            id="header-comments",
        ),
        pytest.param(
            "# only this\n", "# only this\n\nimport asyncio\n", ASYNCIO, id="comment-alone"
        ),
        pytest.param(
            '"""D."""\n\nfrom __future__ import annotations\n\n\nclass A: ...\n',
            '"""D."""\n\nfrom __future__ import annotations\n\nimport asyncio\n\n\nclass A: ...\n',
            ASYNCIO,
            id="behind-the-future",
        ),
        pytest.param("import b\r\n", "import asyncio\r\n\r\nimport b\r\n", ASYNCIO, id="crlf"),
        pytest.param("import b", "import asyncio\n\nimport b", ASYNCIO, id="no-final-newline"),
        pytest.param("import a", "import a\nimport aiohttp", AIOHTTP, id="no-final-newline-behind"),
        pytest.param(
            "import abc\nimport os\nfrom re import match\n",
            "import abc\nimport asyncio\nimport os\nfrom re import match\n",
            ASYNCIO,
            id="plain-imports-first",
        ),
        pytest.param(
            "import abc\nimport os\nfrom re import match\n",
            "import abc\nimport os\nfrom contextlib import closing\nfrom re import match\n",
            CLOSING,
            id="from-behind-plain",
        ),
        pytest.param(
            "import abc\nfrom copy import copy\nimport os\n",
            "import abc\nfrom contextlib import closing\nfrom copy import copy\nimport os\n",
            CLOSING,
            id="sorted-within-the-section",
        ),
        pytest.param(
            "import zlib\nimport abc\n",
            "import zlib\nimport abc\nimport asyncio\n",
            ASYNCIO,
            id="unsorted",
        ),
        pytest.param(
            "import os\n\nimport pydantic\n\nfrom app import db\n",
            "import os\n\nimport pydantic\nfrom tenacity import retry\n\nfrom app import db\n",
            RETRY,
            id="third-party-section",
        ),
        pytest.param(
            "import os\n\nfrom app import db\n\n\nx = 1\n",
            "import os\n\nfrom tenacity import retry\n\nfrom app import db\n\n\nx = 1\n",
            RETRY,
            id="a-section-between",
        ),
        pytest.param(
            "from app import db\n",
            "from tenacity import retry\n\nfrom app import db\n",
            RETRY,
            id="a-section-before",
        ),
        pytest.param(
            "import os\n\nfrom . import db\n",
            "import os\n\nfrom tenacity import retry\n\nfrom . import db\n",
            RETRY,
            id="before-relative-imports",
        ),
        pytest.param(
            "import os\nimport pydantic\nfrom app import db\n",
            "import os\nimport pydantic\nfrom tenacity import retry\nfrom app import db\n",
            RETRY,
            id="sections-not-set-apart",
        ),
        pytest.param(
            "import aiofiles\nimport asyncpg\nimport os\nimport zmq\n",
            "import aiofiles\nimport asyncio\nimport asyncpg\nimport os\nimport zmq\n",
            ASYNCIO,
            id="no-sections-at-all",
        ),
        pytest.param(
            "import abc\n\n# the slow one\nimport numpy\n",
            "import abc\n\nimport aiohttp\n# the slow one\nimport numpy\n",
            AIOHTTP,
            id="above-a-comment-and-its-import",
        ),
        pytest.param(
            "# Standard library\nimport os\n\n# Third-party\nimport numpy\n",
            "# Standard library\nimport asyncio\nimport os\n\n# Third-party\nimport numpy\n",
            ASYNCIO,
            id="below-the-heading-of-a-section",
        ),
        pytest.param(
            "import os\n\n# Third party imports\nimport numpy\n",
            "import os\n\n# Third party imports\nimport aiohttp\nimport numpy\n",
            AIOHTTP,
            id="below-the-heading-of-a-later-section",
        ),
        pytest.param(
            "import os  # why\nimport sys\n\nx = 1\n",
            "import asyncio\nimport os  # why\nimport sys\n\nx = 1\n",
            ASYNCIO,
            id="comment-beside",
        ),
        pytest.param(
            "import sys\n\nsys.path.append('.')\n\nimport numpy\nimport yaml\n",
            "import asyncio\nimport sys\n\nsys.path.append('.')\n\nimport numpy\nimport yaml\n",
            ASYNCIO,
            id="path-hack-stdlib",
        ),
        pytest.param(
            "import sys\n\nsys.path.append('.')\n\nimport numpy\nimport yaml\n",
            "import sys\n\nsys.path.append('.')\n\nimport aiohttp\nimport numpy\nimport yaml\n",
            AIOHTTP,
            id="path-hack-third-party",
        ),
        pytest.param(
            "__version__ = '1'\n\nimport os\n",
            "__version__ = '1'\n\nimport asyncio\nimport os\n",
            ASYNCIO,
            id="imports-below-code",
        ),
        pytest.param(
            "class A(aiohttp.B): ...\n\n\nimport numpy\n",
            "import aiohttp\n\n\nclass A(aiohttp.B): ...\n\n\nimport numpy\n",
            AIOHTTP,
            id="used-above-the-imports",
        ),
        pytest.param(
            "import os\n\n\n@retry\ndef f(): ...\n\n\nimport numpy\n",
            "import os\n\nfrom tenacity import retry\n\n\n@retry\ndef f(): ...\n\n\nimport numpy\n",
            RETRY,
            id="decorator-above-the-section",
        ),
        pytest.param(
            "try:\n    import x\nexcept ImportError:\n    x = None\n",
            "import aiohttp\n\ntry:\n    import x\nexcept ImportError:\n    x = None\n",
            AIOHTTP,
            id="only-a-try",
        ),
        pytest.param(
            "import os\n\ntry:\n    import aiohttp\nexcept E:\n    pass\n",
            "import os\n\nimport aiohttp\n\ntry:\n    import aiohttp\nexcept E:\n    pass\n",
            AIOHTTP,
            id="a-try-does-not-count",
        ),
        pytest.param(
            "def f():\n    import aiohttp\n",
            "import aiohttp\n\n\ndef f():\n    import aiohttp\n",
            AIOHTTP,
            id="a-local-one-does-not-count",
        ),
        pytest.param(
            "import os; import sys\n\nx = 1\n",
            "import asyncio\nimport os; import sys\n\nx = 1\n",
            ASYNCIO,
            id="shared-line",
        ),
        pytest.param(
            "from sqlalchemy import select\nfrom sqlalchemy.ext.asyncio import AsyncSession\n",
            "from sqlalchemy import select\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
            "from sqlalchemy.orm import selectinload\n",
            SELECTINLOAD,
            id="submodules",
        ),
        pytest.param(
            "from sqlalchemy import select\nimport os\nfrom pydantic import X\n",
            "from sqlalchemy import select\nfrom sqlalchemy.orm import selectinload\n"
            "import os\nfrom pydantic import X\n",
            SELECTINLOAD,
            id="unsorted-beside-its-package",
        ),
        pytest.param(
            "import c\n",
            "import asyncio as aio\n\nimport c\n",
            Import("asyncio", alias="aio"),
            id="alias-of-a-module",
        ),
        pytest.param(
            "from m import a\n",
            "from m import a\nfrom m import b as c\n",
            Import("m", "b", "c"),
            id="alias-of-a-name",
        ),
        pytest.param(
            "import xml\n", "import xml\nimport xml.dom\n", Import("xml.dom"), id="submodule"
        ),
    ],
)
def test_new_statement(before, after, need):
    check_added(before, after, need)


@pytest.mark.parametrize(
    ("text", "need"),
    [
        pytest.param("from m import b\n", Import("m", "b"), id="name"),
        pytest.param(
            "from m import (\n    a,\n    b,  # c\n)\n", Import("m", "b"), id="name-in-a-list"
        ),
        pytest.param("from m import b as c\n", Import("m", "b", "c"), id="alias"),
        pytest.param("from m import b as b\n", Import("m", "b"), id="redundant-alias"),
        pytest.param("import asyncio\n", ASYNCIO, id="module"),
        pytest.param("import os, asyncio\n", ASYNCIO, id="module-in-a-list"),
        pytest.param("import os; import asyncio\n", ASYNCIO, id="module-behind-a-semicolon"),
        pytest.param("import asyncio.subprocess\n", ASYNCIO, id="submodule"),
        pytest.param("import asyncio as aio\n", Import("asyncio", alias="aio"), id="module-alias"),
        pytest.param("x = 1\nimport asyncio\n", ASYNCIO, id="below-code"),
        pytest.param(
            "if TYPE_CHECKING:\n    from m import b\n",
            Import("m", "b", type_checking=True),
            id="type-checking",
        ),
        pytest.param(
            "from m import b\n", Import("m", "b", type_checking=True), id="at-run-time-too"
        ),
    ],
)
def test_adds_nothing_that_is_there(text, need):
    assert added(text, need) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "if TYPE_CHECKING:\n    from a import z\n    from n import c\n",
            "if TYPE_CHECKING:\n    from a import z\n    from m import b\n    from n import c\n",
            id="sorted",
        ),
        pytest.param(
            "if TYPE_CHECKING:\n    from m import a, c\n",
            "if TYPE_CHECKING:\n    from m import a, b, c\n",
            id="joined",
        ),
        pytest.param(
            "from m import a\n\nif typing.TYPE_CHECKING:\n\tfrom n import c\n",
            "from m import a\n\nif typing.TYPE_CHECKING:\n\tfrom m import b\n\tfrom n import c\n",
            id="tabs",
        ),
        pytest.param(
            "if TYPE_CHECKING:  # only\n    X = int\n",
            "if TYPE_CHECKING:  # only\n    from m import b\n    X = int\n",
            id="block-without-imports",
        ),
        pytest.param("from m import a\n", "from m import a, b\n", id="no-block"),
        pytest.param(
            '"""\nif TYPE_CHECKING:\n"""\nfrom m import a\n',
            '"""\nif TYPE_CHECKING:\n"""\nfrom m import a, b\n',
            id="block-in-a-docstring",
        ),
    ],
)
def test_type_checking_import(before, after):
    check_added(before, after, Import("m", "b", type_checking=True))


def test_runtime_need_takes_the_name_out_of_type_checking():
    check_added(
        "import os\n\nif TYPE_CHECKING:\n    from m import a, b\n",
        "import os\n\nfrom m import b\n\nif TYPE_CHECKING:\n    from m import a\n",
        Import("m", "b"),
        Import("m", "b", type_checking=True),
    )


def test_several_needs_at_once():
    check_added(
        '"""Doc."""\n\n\nasync def f(): ...\n',
        '"""Doc."""\n\nimport asyncio\n\nimport aiohttp\nfrom tenacity import retry, stop\n\n\n'
        "async def f(): ...\n",
        Import("tenacity", "stop"),
        AIOHTTP,
        RETRY,
        ASYNCIO,
    )


@pytest.mark.parametrize(
    ("path", "before", "after", "first_party"),
    [
        pytest.param(
            "pkg/keras/callback.py",
            "import keras\n\nfrom pkg import a\n",
            "import keras\nfrom tenacity import retry\n\nfrom pkg import a\n",
            (),
            id="a-folder-named-like-a-library",
        ),
        pytest.param(
            "backend/app/api.py",
            "from app import a\n",
            "from tenacity import retry\n\nfrom app import a\n",
            (),
            id="a-package-below-a-folder",
        ),
        pytest.param(
            "tests/test_a.py",
            "import pytest\n\nfrom app import a\n",
            "import pytest\nfrom tenacity import retry\n\nfrom app import a\n",
            ("app",),
            id="the-package-under-test",
        ),
        pytest.param(
            "pkg/keras/callback.py",
            "import keras\n",
            "import keras\nfrom tenacity import retry\n",
            ("pkg",),
            id="told-what-is-ours",
        ),
    ],
)
def test_first_party_packages(path, before, after, first_party):
    data = before.encode()
    result = edit_imports(data, path, before=data, add=[RETRY], first_party=first_party)
    assert result.decode() == after


def test_local_imports_do_not_tell_the_style_of_the_module():
    check_added(
        "from m import a\n\n\ndef f():\n    from n import c\n\n\ndef g():\n    from n import d",
        "from m import a, b\n\n\ndef f():\n    from n import c\n\n\ndef g():\n    from n import d",
        Import("m", "b"),
    )


def test_aliases_on_their_own_do_not_tell_the_style_of_the_module():
    check_added(
        "from m import a\nfrom n import c as cc\nfrom n import d as dd\n",
        "from m import a, b\nfrom n import c as cc\nfrom n import d as dd\n",
        Import("m", "b"),
    )


def test_a_comment_inside_a_section_does_not_end_it():
    check_added(
        "from flask import x\n\n# the pools\nfrom sqlalchemy import y\n\nfrom app import z\n",
        "from flask import x\n\n# the pools\nfrom sqlalchemy import y\n"
        "from tenacity import retry\n\nfrom app import z\n",
        RETRY,
    )


def test_names_that_typing_gives_already():
    before = "from typing import Iterable, List\n"
    check_added(before, before, Import("collections.abc", "Iterable"))
    after = f"from collections.abc import Awaitable\n{before}"
    check_added(before, after, Import("collections.abc", "Awaitable"))
