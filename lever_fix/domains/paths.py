"""What the path of a module tells about the code in it."""

from __future__ import annotations

import re

_TEST = re.compile(
    r"(?:^|/)(?:tests?|testing|testsuite|conftest\.py|test_[^/]*|[^/]*_test\.py)(?:/|$)"
)


def is_test(path: str) -> bool:
    """True for tests and what only tests use."""
    return _TEST.search(path) is not None


_SCRIPT = re.compile(
    r"(?:^|/)(?:migrations?|alembic|versions|scripts?|seeds?|setup\.py|manage\.py|env\.py)(?:/|$)"
)


def is_script(path: str) -> bool:
    """True for migrations, scripts and other code that runs step by step, once."""
    return _SCRIPT.search(path) is not None
