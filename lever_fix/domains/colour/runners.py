"""How a project runs its async tests: a plugin of pytest, and the mark that it asks for."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lever_fix.errors import SourceError
from lever_fix.index.index import Index, Symbol

_FILES = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
"""Where pytest looks for its settings in a folder, in its order."""
_SECTIONS = {"tox.ini": "pytest", "setup.cfg": "tool:pytest"}
_DEPENDENCIES = (
    "pyproject.toml", "setup.cfg", "setup.py", "tox.ini", "Pipfile", "requirements.txt",
    "requirements-dev.txt", "requirements-test.txt", "requirements_dev.txt",
    "requirements_test.txt", "dev-requirements.txt", "test-requirements.txt",
    "requirements/dev.txt", "requirements/test.txt", "requirements/tests.txt",
)  # fmt: skip
_PLUGIN = re.compile(rb"^[^#\n]*\bpytest[-_.]asyncio\b", re.MULTILINE)
_MARK = re.compile(rb"\bmark\.(asyncio|anyio)\b")
_BACKEND = re.compile(
    rb"def anyio_backend\b[^\n]*:(?:\s*\"\"\"[^\"]*\"\"\")?\s*return\s*\(?\s*[\"']asyncio[\"']"
)
"""A fixture that keeps anyio's plugin from running tests on trio as well, where aiohttp cannot."""


@dataclass(frozen=True)
class TestRunner:
    """What makes pytest run an async test.

    Attributes:
        mark: The mark that a test needs; empty where it needs none.
        fixture: What makes an async fixture; empty where a fixture cannot be one.
    """

    __test__ = False  # it is none of pytest's own

    mark: str
    fixture: str


@dataclass(frozen=True)
class TestTurn:
    """How a test becomes async.

    Attributes:
        mark: The mark that it lacks, such as `pytest.mark.asyncio`.
        fixture: What makes it an async fixture, where its own decorator does not.
        case: The class it is a method of, where that is a `unittest.TestCase`.
        rebased: True where the class must become an `IsolatedAsyncioTestCase`.
        renamed: Its name as an async one, where that differs: `asyncSetUp` for `setUp`.
    """

    __test__ = False  # it is none of pytest's own

    mark: str = ""
    fixture: str = ""
    case: Symbol | None = None
    rebased: bool = False
    renamed: str = ""


_AUTO = TestRunner("", "pytest.fixture")
_STRICT = TestRunner("pytest.mark.asyncio", "pytest_asyncio.fixture")


def test_runner(index: Index, path: str) -> TestRunner | None:
    """What runs async tests in a file; None where nothing is known to."""
    folder = path.rpartition("/")[0]
    own = index.remember(("settings-of-pytest", folder), lambda: _settings(index, folder))
    mode = _mode(own)
    if mode == "auto":
        return _AUTO
    marks = _marks(_text(index, path))
    if not any(marks):
        marks = index.remember("marks-of-async-tests", lambda: _all_marks(index))
    plugin = mode == "strict" or any(_PLUGIN.search(_text(index, one)) for one in _lists(folder))
    if marks[0] >= marks[1] and (plugin or marks[0]):
        return _STRICT
    if (marks[1] or own.get("anyio_mode") == "auto") and _only_asyncio(index, path):
        return TestRunner("" if own.get("anyio_mode") == "auto" else "pytest.mark.anyio", "")
    return _STRICT if plugin else None


test_runner.__test__ = False  # type: ignore[attr-defined]


def _mode(own: Mapping[str, Any]) -> str:
    options = own.get("addopts", "")
    words = options if isinstance(options, list) else str(options).split()
    given = re.search(r"--asyncio-mode[= ](\w+)", " ".join(map(str, words)))
    return given[1] if given else str(own.get("asyncio_mode", ""))


def _settings(index: Index, folder: str) -> Mapping[str, Any]:
    """What pytest would read for the tests of a folder: the nearest file that is for it."""
    for above in _upwards(folder):
        for name in _FILES:
            held = _held(index, f"{above}{name}")
            text = (held or b"").decode("utf-8", "replace")
            own = _of_toml(text) if name.endswith(".toml") else _of_ini(name, text)
            if own is None and held is not None and name.endswith("pytest.ini"):
                return {}  # it decides even where it is empty
            if own is not None:
                return own
    return {}


def _of_toml(text: str) -> Mapping[str, Any] | None:
    try:
        table = tomllib.loads(text).get("tool", {}).get("pytest")
    except (tomllib.TOMLDecodeError, AttributeError):
        return None
    if not isinstance(table, dict):
        return None
    inner = table.get("ini_options", table)
    return inner if isinstance(inner, dict) else None


def _of_ini(name: str, text: str) -> Mapping[str, Any] | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    section = _SECTIONS.get(name, "pytest")
    return dict(parser[section]) if parser.has_section(section) else None


def _all_marks(index: Index) -> tuple[int, int]:
    found = [_marks(_text(index, path)) for path in index.facts if is_test_file(path)]
    return sum(one for one, _ in found), sum(other for _, other in found)


def _marks(text: bytes) -> tuple[int, int]:
    """How many tests of a text are for pytest-asyncio, and how many for anyio."""
    names = [match[1] for match in _MARK.finditer(text)]
    return names.count(b"asyncio"), names.count(b"anyio")


def _only_asyncio(index: Index, path: str) -> bool:
    """True where a fixture says that anyio is to run the tests of a file on asyncio alone."""
    conftests = [f"{above}conftest.py" for above in _upwards(path.rpartition("/")[0])]
    nearest = (_BACKEND.search(_text(index, one)) for one in (path, *conftests))
    return any(one is not None for one in nearest)


def is_test_file(path: str) -> bool:
    """True for a file that a test runner reads by itself."""
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"


def _lists(folder: str) -> Iterator[str]:
    return (f"{above}{name}" for above in _upwards(folder) for name in _DEPENDENCIES)


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those above it, each as what a name is put behind."""
    while folder:
        yield f"{folder}/"
        folder = folder.rpartition("/")[0]
    yield ""


def _text(index: Index, path: str) -> bytes:
    return _held(index, path) or b""


def _held(index: Index, path: str) -> bytes | None:
    """What a file holds; None where there is none."""
    found: bytes | None = index.remember(("text-of", path), lambda: _read(index, path))
    return found


def _read(index: Index, path: str) -> bytes | None:
    try:
        return index.source(path).text
    except SourceError:
        return None
