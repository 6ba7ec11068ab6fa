"""Names that come from another module: both statements, in the suite they stand in."""

from textwrap import dedent

import pytest

from lever_fix.model import Import, Move
from lever_fix.rewrite.imports import edit_imports

ABC = "collections.abc"


def moved(text: str, *names: str, source: str = "typing", target: str = ABC) -> str:
    """The text after every import of the names from `source` moved to `target`."""
    data = text.encode()
    moves = []
    for name in names:
        name, _, alias = name.partition(" as ")
        offset = data.find(name.encode())
        while offset >= 0:
            move = Move(Import(source, name, alias), Import(target, name, alias), offset)
            moves.append(move)
            offset = data.find(name.encode(), offset + 1)
    result = edit_imports(data, "m.py", before=data, moved=moves)
    compile(result, "m.py", "exec")
    return result.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "from typing import Any, Callable\n",
            "from collections.abc import Callable\nfrom typing import Any\n",
            id="one-of-two",
        ),
        pytest.param(
            "from typing import Callable\n", "from collections.abc import Callable\n", id="alone"
        ),
        pytest.param(
            "from typing import Callable, Iterable\n",
            "from collections.abc import Callable, Iterable\n",
            id="both",
        ),
        pytest.param(
            "import abc\nimport os\nfrom re import match\nfrom typing import Callable, Any\n",
            "import abc\nimport os\nfrom collections.abc import Callable\nfrom re import match\n"
            "from typing import Any\n",
            id="sorted-place",
        ),
        pytest.param(
            "import sys\nfrom collections.abc import Sized\nfrom typing import Callable\n\nx = 1\n",
            "import sys\nfrom collections.abc import Callable, Sized\n\nx = 1\n",
            id="joins-the-one-there-is",
        ),
        pytest.param(
            "from collections.abc import Callable\nfrom typing import Any, Callable\n",
            "from collections.abc import Callable\nfrom typing import Any\n",
            id="is-there-already",
        ),
        pytest.param(
            "from typing import Any  # a\nfrom typing import Callable  # c\nimport os\n",
            "from typing import Any  # a\nfrom collections.abc import Callable  # c\nimport os\n",
            id="keeps-its-comment",
        ),
        pytest.param(
            "import os\n# for callbacks\nfrom typing import Callable\n",
            "import os\n# for callbacks\nfrom collections.abc import Callable\n",
            id="keeps-the-comment-above",
        ),
        pytest.param(
            "from typing import (\n    Callable,  # c\n    Iterable,\n)\n",
            "from collections.abc import (\n    Callable,  # c\n    Iterable,\n)\n",
            id="keeps-the-comments-inside",
        ),
        pytest.param(
            "from typing import (\n    Any,\n    Callable,  # c\n)\n",
            "from collections.abc import Callable\nfrom typing import (\n    Any,\n    # c\n)\n",
            id="comment-inside-stays",
        ),
        pytest.param(
            "import os; from typing import Callable\n",
            "import os; from collections.abc import Callable\n",
            id="semicolon",
        ),
        pytest.param(
            "if TYPE_CHECKING:\n    import os\n    from typing import Any, Callable\n",
            "if TYPE_CHECKING:\n    import os\n    from collections.abc import Callable\n"
            "    from typing import Any\n",
            id="type-checking",
        ),
        pytest.param(
            "def f():\n    from typing import Any, Callable\n    return Any\n",
            "def f():\n    from collections.abc import Callable\n    from typing import Any\n"
            "    return Any\n",
            id="local",
        ),
        pytest.param(
            "try:\n    from typing import Callable\nexcept ImportError:\n    Callable = None\n",
            "try:\n    from collections.abc import Callable\nexcept ImportError:\n"
            "    Callable = None\n",
            id="try",
        ),
        pytest.param(
            "if TYPE_CHECKING:\n    from typing import Callable\n"
            "from typing import Any, Callable\n",
            "if TYPE_CHECKING:\n    from collections.abc import Callable\n"
            "from collections.abc import Callable\nfrom typing import Any\n",
            id="two-suites",
        ),
        pytest.param(
            "from foo import a\n\nx = 1\n\nfrom typing import Callable\n\ny: Callable\n",
            "from foo import a\n\nx = 1\n\nfrom collections.abc import Callable\n\ny: Callable\n",
            id="stays-below-code",
        ),
        pytest.param(
            "from typing import Callable\r\nimport os\r\n",
            "from collections.abc import Callable\r\nimport os\r\n",
            id="crlf",
        ),
    ],
)
def test_moves(before, after):
    result = moved(before, "Callable", "Iterable")
    assert result == after
    assert moved(result, "Callable", "Iterable") == after


def test_keeps_the_alias():
    before = "from typing import Any, Callable as C\n"
    after = "from collections.abc import Callable as C\nfrom typing import Any\n"
    assert moved(before, "Callable as C") == after


def test_renames_under_the_same_bound_name():
    source = Import("typing", "ContextManager")
    target = Import("contextlib", "AbstractContextManager", "ContextManager")
    text = b"from typing import Any, ContextManager\n"
    result = edit_imports(text, "m.py", before=text, moved=[Move(source, target, 24)])
    assert result == (
        b"from contextlib import AbstractContextManager as ContextManager\nfrom typing import Any\n"
    )


def test_two_targets_from_one_statement():
    text = b"import os\n\nfrom typing import Any, Callable, Deque\n\nx = 1\n"
    moves = [
        Move(Import("typing", "Callable"), Import(ABC, "Callable"), text.index(b"Callable")),
        Move(Import("typing", "Deque"), Import("collections", "deque", "Deque"), text.index(b"De")),
    ]
    result = edit_imports(text, "m.py", before=text, moved=moves).decode()
    assert result == dedent(
        """\
        import os

        from collections import deque as Deque
        from collections.abc import Callable
        from typing import Any

        x = 1
        """
    )


def test_moved_and_freed_together():
    before = b"from typing import Any, Callable, Optional\n\nx: Optional[Callable]\ny: Any\n"
    text = b"from typing import Any, Callable, Optional\n\nx: Callable | None\ny: Any\n"
    move = Move(Import("typing", "Callable"), Import(ABC, "Callable"), 24)
    result = edit_imports(text, "m.py", before=before, freed=["Optional"], moved=[move])
    assert result == (
        b"from collections.abc import Callable\nfrom typing import Any\n\n"
        b"x: Callable | None\ny: Any\n"
    )


def test_an_offset_that_is_no_import_is_left_alone():
    text = b"x = 1\nfrom typing import Callable\n"
    move = Move(Import("typing", "Callable"), Import(ABC, "Callable"), 0)
    assert edit_imports(text, "m.py", before=text, moved=[move]) == text
