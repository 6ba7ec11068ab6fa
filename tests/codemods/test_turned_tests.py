"""Tests of turned functions turn along: pytest runs them before and after, with the same outcome."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lever_fix.testing import rewrite

CLIENT = """\
import requests


def fetch(url: str, name: str) -> dict:
    response = requests.get(f"{url}/json/{name}", timeout=5)
    response.raise_for_status()
    return response.json()
"""
MAIN = "import client\n\n\nasync def main(url):\n    return client.fetch(url, 'object')\n"
AUTO = "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n"
STRICT = "[dependency-groups]\ndev = ['pytest-asyncio>=0.24']\n"
HEAD = "import os\n\nimport client\nimport pytest\nimport requests\n\nURL = os.environ['SERVER']\n\n\n"
FUNCTION = """\
def test_fetch():
    assert client.fetch(URL, "object")["a"] == 1


@pytest.mark.parametrize("path", ["/status/404?"])
def test_missing(path):
    with pytest.raises(requests.HTTPError):
        client.fetch(URL + path, "object")


def test_that_fails():
    assert client.fetch(URL, "object")["a"] == 2
"""
IN_CLASS = """\
class TestFetch:
    def test_fetch(self):
        assert client.fetch(URL, "object")["a"] == 1

    def test_that_fails(self):
        assert client.fetch(URL, "object")["a"] == 2
"""
FIXTURE = """\
@pytest.fixture
def found():
    yield client.fetch(URL, "object")


@pytest.fixture(scope="module")
def once():
    return client.fetch(URL, "object")


def test_found(found, once):
    assert found == once
    assert found["a"] == 1


def test_that_fails(found):
    assert found["a"] == 2
"""
CASE = """\
import unittest


class FetchTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.found = client.fetch(URL, "object")

    def load(self, name):
        return client.fetch(URL, name)

    def test_fetch(self):
        self.assertEqual(self.found["a"], 1)
        self.assertEqual(self.load("object")["a"], 1)

    def test_that_fails(self):
        self.assertEqual(self.load("object")["a"], 2)

    def test_that_needs_nothing(self):
        self.assertEqual(1 + 1, 2)
"""


def run_tests(files, folder: Path, server):
    """The outcome of every test of a project, and the requests that its tests led to."""
    folder.mkdir()
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data if isinstance(data, bytes) else data.encode())
    server.taken()
    environment = {name: text for name, text in os.environ.items() if "PYTEST" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--rootdir=."],
        cwd=folder,
        env={**environment, "SERVER": server.url},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(PASSED|FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    hits = [(hit.method, hit.target) for hit in server.taken()]
    return sorted((name, outcome) for outcome, name in found), sorted(hits), done.stdout


def check_same_tests(files, tmp_path, server, options=None):
    """Rewrite a project, run its tests before and after, and hand back the new files."""
    result = rewrite("requests-to-aiohttp", files, options=options)
    assert result.findings, [one.chain for one in result.refusals]
    *old, _ = run_tests(files, tmp_path / "before", server)
    *new, output = run_tests(result.files, tmp_path / "after", server)
    assert new == old, output
    assert any(outcome == "PASSED" for _, outcome in old[0])
    return {path: data.decode() for path, data in result.files.items()}


@pytest.mark.parametrize(
    ("tests", "settings", "wanted"),
    [
        (FUNCTION, {"pyproject.toml": AUTO}, "\nasync def test_fetch():\n    assert (await "),
        (FUNCTION, {"pytest.ini": "[pytest]\nasyncio_mode = auto\n"}, "\nasync def test_missing("),
        (FUNCTION, {"pytest.ini": "[pytest]\naddopts = --asyncio-mode=auto\n"}, "\n\nasync def"),
        (FUNCTION, {"pyproject.toml": STRICT}, "\n@pytest.mark.asyncio\nasync def test_fetch():"),
        (FUNCTION, {"requirements-dev.txt": "pytest-asyncio\n"}, "\n@pytest.mark.asyncio\n"),
        (FUNCTION, {}, "\n    assert asyncio.run(client.fetch("),
        (IN_CLASS, {"pyproject.toml": STRICT}, "\n    @pytest.mark.asyncio\n    async def test"),
        (IN_CLASS, {"pyproject.toml": AUTO}, ":\n    async def test_fetch(self):"),
        (IN_CLASS, {}, "\n    def test_fetch(self):\n        assert asyncio.run("),
        (FIXTURE, {"pyproject.toml": AUTO}, "@pytest.fixture\nasync def found():\n    yield await"),
        (FIXTURE, {"pyproject.toml": STRICT}, "@pytest_asyncio.fixture\nasync def found():\n"),
        (FIXTURE, {"pyproject.toml": STRICT}, "\ndef once():\n    return asyncio.run("),
        (FIXTURE, {}, "\ndef found():\n    yield asyncio.run("),
        (CASE, {}, "(unittest.IsolatedAsyncioTestCase):\n    async def asyncSetUp(self):\n"),
        (CASE, {"pyproject.toml": AUTO}, "        await super().asyncSetUp()\n"),
    ],
)
def test_same_outcomes(http_server, tmp_path, tests, settings, wanted):
    files = {"client.py": CLIENT, "main.py": MAIN, "test_client.py": HEAD + tests, **settings}
    after = check_same_tests(files, tmp_path, http_server)
    assert wanted in after["test_client.py"]
