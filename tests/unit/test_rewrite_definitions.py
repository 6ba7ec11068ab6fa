"""Definitions: inserted once, below the imports and above their use."""

import pytest

from lever_fix.model import Definition
from lever_fix.rewrite.definitions import insert_definitions

HELPER = Definition("_helper", "def _helper(x: int) -> int:\n    return x")
CODE = HELPER.code


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", f"{CODE}\n", id="empty-file"),
        pytest.param("import os\n", f"import os\n\n\n{CODE}\n", id="imports-alone"),
        pytest.param("import os", f"import os\n\n\n{CODE}\n", id="no-final-newline"),
        pytest.param(
            "import os\n\nx = _helper(1)\n",
            f"import os\n\n\n{CODE}\n\n\nx = _helper(1)\n",
            id="above-its-use",
        ),
        pytest.param(
            '"""Doc."""\n\nclass A: ...\n',
            f'"""Doc."""\n\n\n{CODE}\n\n\nclass A: ...\n',
            id="docstring",
        ),
        pytest.param(
            "import os\n\nif TYPE_CHECKING:\n    import a\n\nlog = 1\n\n\ndef f(): ...\n",
            f"import os\n\nif TYPE_CHECKING:\n    import a\n\n\n{CODE}\n\n\nlog = 1\n\n\n"
            "def f(): ...\n",
            id="below-type-checking",
        ),
        pytest.param(
            "import os\n\ntry:\n    import a\nexcept ImportError:\n    a = None\nx = 1\n",
            "import os\n\ntry:\n    import a\nexcept ImportError:\n    a = None\n\n\n"
            f"{CODE}\n\n\nx = 1\n",
            id="below-a-try",
        ),
        pytest.param(
            "import os\n\nx = _helper(1)\n\nimport re\n",
            f"import os\n\n\n{CODE}\n\n\nx = _helper(1)\n\nimport re\n",
            id="used-between-imports",
        ),
        pytest.param(
            "import os  # why\n# about f\ndef f(): ...\n",
            f"import os  # why\n\n\n{CODE}\n\n\n# about f\ndef f(): ...\n",
            id="comments",
        ),
        pytest.param(
            "import os\r\nx = 1\r\n",
            f"import os\r\n\r\n\r\n{CODE}\n\n\nx = 1\n".replace("\r", "").replace("\n", "\r\n"),
            id="crlf",
        ),
        pytest.param(
            "import os; import re\nx = 1\n",
            f"import os; import re\n\n\n{CODE}\n\n\nx = 1\n",
            id="semicolon",
        ),
    ],
)
def test_inserts(before, after):
    inserted = insert_definitions(before.encode(), "m.py", [HELPER, HELPER])
    assert inserted.text.decode() == after
    assert inserted.taken == ()
    assert insert_definitions(inserted.text, "m.py", [HELPER]).text == inserted.text


def test_inserts_several_in_order():
    other = Definition("LIMIT", "LIMIT = 3")
    inserted = insert_definitions(b"x = 1\n", "m.py", [HELPER, other])
    assert inserted.text.decode() == f"{CODE}\n\n\nLIMIT = 3\n\n\nx = 1\n"


def test_same_code_in_another_layout_is_enough():
    text = b"def _helper(\n    x: int,\n) -> int:\n    # kept\n    return (x)\n"
    assert insert_definitions(text, "m.py", [HELPER]).text == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def _helper(): ...\n", id="function"),
        pytest.param("class _helper: ...\n", id="class"),
        pytest.param("_helper = 1\n", id="variable"),
        pytest.param("from m import x as _helper\n", id="import"),
        pytest.param("if x:\n    def _helper(): ...\n", id="conditional"),
        pytest.param("for _helper in x: ...\n", id="loop"),
        pytest.param(f"{CODE}\n_helper = 1\n", id="bound-again"),
    ],
)
def test_a_taken_name_is_reported(text):
    inserted = insert_definitions(text.encode(), "m.py", [HELPER])
    assert inserted.text.decode() == text
    assert inserted.taken == ("_helper",)


def test_a_local_name_is_not_taken():
    text = b"def f():\n    _helper = 1\n"
    assert insert_definitions(text, "m.py", [HELPER]).taken == ()


def test_two_definitions_of_one_name():
    other = Definition("_helper", "_helper = 1")
    inserted = insert_definitions(b"", "m.py", [HELPER, other])
    assert inserted.text.decode() == f"{CODE}\n"
    assert inserted.taken == ("_helper",)
