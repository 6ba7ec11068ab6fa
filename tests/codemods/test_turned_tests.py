"""Tests of turned functions turn along: pytest runs them before and after, to the same outcome."""

import os
import re
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from lever_fix.testing import check_unchanged, rewrite

PROGRAMS = runpy.run_path(str(Path(__file__).with_name("turned_programs.py")))
HEAD, TURN, STAY, SETTINGS = (PROGRAMS[one] for one in ("HEAD", "TURN", "STAY", "SETTINGS"))
CLIENT, MAIN, AUTO = PROGRAMS["CLIENT"], PROGRAMS["MAIN"], PROGRAMS["AUTO"]
OWNER, USES_OWNER, ANYIO = PROGRAMS["OWNER"], PROGRAMS["USES_OWNER"], PROGRAMS["ANYIO"]
PYTEST = "pytest -q -rA -p no:cacheprovider -p pytest_asyncio.plugin -p anyio.pytest_plugin"


def run_tests(files, folder, server):
    """The outcome of every test of a project, the requests that they led to, and what was said."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(data)
    server.taken()
    environment = {name: text for name, text in os.environ.items() if "PYTEST" not in name}
    done = subprocess.run(
        [sys.executable, "-m", *PYTEST.split(), "--rootdir=."],
        cwd=folder,
        env={**environment, "SERVER": server.url, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(PASSED|FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    hits = [(hit.method, hit.target) for hit in server.taken()]
    outcomes = {name: outcome for outcome, name in found}
    return outcomes, sorted(hits), done.stdout


@cache
def project(name):
    """A project with all these tests and a way to run async tests, before and after."""
    tests = {f"test_{one}.py": HEAD + text for one, text in {**TURN, **STAY}.items()}
    files = {"client.py": CLIENT, "main.py": MAIN, **tests}
    files["command.py"] = PROGRAMS["COMMAND"]
    files |= {"owner.py": OWNER, "main_of_owner.py": USES_OWNER, **SETTINGS[name]}
    if name in ("auto", "strict"):
        files["test_held.py"] = HEAD + PROGRAMS["HOLDS"]
    if name == "strict":
        files["test_marked.py"] = HEAD + PROGRAMS["MARKED"]
    result = rewrite("requests-to-aiohttp", files)
    assert result.findings, [one.chain for one in result.refusals]
    return files, {path: data.decode() for path, data in result.files.items()}


@pytest.mark.parametrize("name", SETTINGS)
def test_same_outcomes_and_same_requests(http_server, tmp_path, name):
    before, after = project(name)
    old, seen, _ = run_tests(before, tmp_path / "before", http_server)
    new, hits, output = run_tests(after, tmp_path / "after", http_server)
    assert new == old, output
    assert hits == seen
    assert {*old.values()} == {"PASSED", "FAILED"}
    assert all((outcome == "FAILED") is name.endswith("_fails") for name, outcome in old.items())
    assert "never awaited" not in output


@pytest.mark.parametrize(
    ("name", "tests", "wanted"),
    [
        ("auto", "function", "\nasync def test_fetch():\n    assert (await "),
        ("auto", "function", "\nasync def test_missing("),
        ("strict", "function", "\n@pytest.mark.asyncio\nasync def test_fetch():"),
        ("anyio", "function", "\n@pytest.mark.anyio\nasync def test_fetch():"),
        ("nothing", "function", "\n    assert asyncio.run(client.fetch("),
        ("auto", "method", ":\n    async def test_fetch(self):"),
        ("strict", "method", "\n    @pytest.mark.asyncio\n    async def test_fetch(self):"),
        ("nothing", "method", "\n    def test_fetch(self):\n        assert asyncio.run("),
        ("auto", "fixture", "@pytest.fixture\nasync def found():\n    yield await"),
        ("strict", "fixture", "@pytest_asyncio.fixture\nasync def found():\n"),
        ("strict", "fixture", "\ndef once():\n    return asyncio.run("),
        ("anyio", "fixture", "@pytest.fixture\ndef found():\n    yield asyncio.run("),
        ("nothing", "fixture", "\ndef found():\n    yield asyncio.run("),
        ("nothing", "case", "(unittest.IsolatedAsyncioTestCase):\n    async def asyncSetUp(self):"),
        ("auto", "case", "        await super().asyncSetUp()\n"),
        ("auto", "case", "    async def load(self, name):\n        return await client.fetch("),
        ("auto", "case", "    def test_that_needs_nothing(self):"),
        ("strict", "marked", "asyncio]\n\n\nasync def test_fetch():\n"),
        ("strict", "patched", "\n\n@pytest.mark.asyncio\n@mock.patch.dict("),
        ("auto", "patched", "  # the only one\n)\nasync def test_fetch(name):\n"),
        ("auto", "patched", "requests.get"),
        ("auto", "held", "    async with owner.Client(URL) as found:\n"),
        ("strict", "held", "@pytest_asyncio.fixture\nasync def held():\n    async with "),
    ],
)
def test_turns(name, tests, wanted):
    _, after = project(name)
    assert (wanted in after[f"test_{tests}.py"]) is (wanted != "requests.get")


@pytest.mark.parametrize("why", STAY)
def test_stays_and_starts_a_loop_for_each_call(why):
    text = project("auto")[1][f"test_{why}.py"]
    assert "asyncio.run(client.fetch(" in text
    assert "async def" not in text


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"pytest.ini": "[pytest]\nasyncio_mode = auto\n"}, "\nasync def test_"),
        ({"pytest.ini": "[pytest]\naddopts = --asyncio-mode=auto\n"}, "\n\nasync def"),
        ({"setup.cfg": "[tool:pytest]\nasyncio_mode = auto\n"}, "\n\nasync def"),
        ({"tox.ini": "[pytest]\nasyncio_mode = strict\n"}, "\n@pytest.mark.asyncio\nasync def"),
        ({"requirements-dev.txt": "pytest-asyncio\n"}, "\n@pytest.mark.asyncio\nasync def"),
        # The nearest file that is for pytest decides.
        ({"pytest.ini": "", "pyproject.toml": AUTO}, "asyncio.run("),
        ({"requirements-dev.txt": "# pytest-asyncio\n"}, "asyncio.run("),
        # On trio, which anyio's plugin runs tests on as well, aiohttp fails.
        ({"test_other.py": ANYIO}, "asyncio.run("),
    ],
)
def test_ways_to_say_how_async_tests_are_run(settings, wanted):
    tests = "import client\n\n\ndef test_fetch():\n    assert client.fetch('url', 'name')\n"
    files = {"client.py": CLIENT, "main.py": MAIN, "test_client.py": tests, **settings}
    assert wanted in rewrite("requests-to-aiohttp", files).files["test_client.py"].decode()


def test_a_test_that_cannot_turn_stops_what_it_holds_open():
    tests = "import owner\n\n\ndef test_made():\n    with owner.Client('url') as made:\n"
    tests += "        assert made.fetch('name')\n"
    files = {"owner.py": OWNER, "main.py": USES_OWNER, "test_owner.py": tests}
    result = check_unchanged("requests-to-aiohttp", files, refusal="test")
    assert any("test_owner.py:test_made" in words for one in result.refusals for words in one.chain)


def test_a_test_alone_does_not_turn():
    files = {
        "test_server.py": "import requests\n\n\ndef test_it():\n    requests.get('url')\n",
        "pyproject.toml": AUTO,
    }
    check_unchanged("requests-to-aiohttp", files, refusal="test")
