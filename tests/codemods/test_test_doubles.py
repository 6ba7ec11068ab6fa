"""What tests put in the place of turned functions: it follows, or stops the plan by its name."""

import runpy
from pathlib import Path

import pytest

from lever_fix.testing import check_unchanged, rewrite

PROGRAMS = runpy.run_path(str(Path(__file__).with_name("turned_programs.py")))
RUNS = runpy.run_path(str(Path(__file__).with_name("test_turned_tests.py")))
CLIENT = PROGRAMS["CLIENT"]
SERVICE = """\
from client import fetch


def load(url: str) -> int:
    return fetch(url, "object")["a"] + 1
"""
MAIN = "import service\n\n\nasync def main(url):\n    return service.load(url)\n"
HEAD = """\
from unittest import mock
from unittest.mock import MagicMock, patch

import client
import pytest
import requests
import service


"""
FOLLOW = {
    "with": """\
def test_load():
    with patch("service.fetch", return_value={"a": 1}) as fetch:
        assert service.load("url") == 2
    fetch.assert_called_once_with("url", "object")
""",
    "told_later": """\
def test_load():
    with mock.patch.object(service, "fetch") as fetch:
        fetch.return_value = {"a": 1}
        assert service.load("url") == 2
    assert fetch.call_args_list == [mock.call("url", "object")]
""",
    "decorators": """\
@mock.patch("client.fetch", return_value={"a": 5})
@patch("service.fetch")
def test_load(fetch, other):
    fetch.side_effect = [{"a": 1}, {"a": 2}]
    assert [service.load("url"), service.load("url")] == [2, 3]
    assert client.fetch("url", "x") == {"a": 5}
    assert fetch.call_count == 2
""",
    "function_as_side_effect": """\
def test_load():
    def answer(url, name):
        return {"a": len(url)}

    with patch("service.fetch", side_effect=answer):
        assert service.load("url") == 4
""",
    "error": """\
def test_load():
    with patch("service.fetch", side_effect=ValueError("no")), pytest.raises(ValueError):
        service.load("url")
""",
    "lambda": """\
def test_load(monkeypatch):
    monkeypatch.setattr(service, "fetch", lambda url, name: {"a": len(name)})
    assert service.load("url") == 7
""",
    "lambda_by_text": """\
def test_load(monkeypatch):
    monkeypatch.setattr("service.fetch", lambda *given: {"a": 1})
    assert service.load("url") == 2


def test_new():
    with patch("service.fetch", new=lambda *given: {"a": 3}):
        assert service.load("url") == 4
""",
    "function": """\
def answer(url, name):
    return {"a": 1}


def test_load(monkeypatch):
    def own(url, name):
        return {"a": 2}

    monkeypatch.setattr(service, "fetch", answer)
    assert service.load("url") == 2
    monkeypatch.setattr(service, "fetch", own)
    assert service.load("url") == 3
""",
    "mock_by_hand": """\
def test_load(monkeypatch):
    fetch = MagicMock(return_value={"a": 1})
    monkeypatch.setattr(service, "fetch", fetch)
    assert service.load("url") == 2
    fetch.assert_called_once()
    monkeypatch.setattr(service, "fetch", mock.Mock(return_value={"a": 2}))
    assert service.load("url") == 3
""",
}
WANTED = {
    "lambda": "mock.AsyncMock(side_effect=lambda url, name: {",
    "function": "\nasync def answer(url, name):",
    "mock_by_hand": " AsyncMock(return_value=",
}


@pytest.fixture(scope="module")
def rewritten():
    tests = {f"test_{name}.py": HEAD + text for name, text in FOLLOW.items()}
    settings = {"pyproject.toml": PROGRAMS["AUTO"]}
    files = {"client.py": CLIENT, "service.py": SERVICE, "main.py": MAIN, **tests, **settings}
    result = rewrite("requests-to-aiohttp", files)
    assert result.findings, [one.chain for one in result.refusals]
    return files, {path: data.decode() for path, data in result.files.items()}


def test_same_outcomes(rewritten, http_server, tmp_path):
    before, after = rewritten
    old, seen, _ = RUNS["run_tests"](before, tmp_path / "before", http_server)
    new, hits, output = RUNS["run_tests"](after, tmp_path / "after", http_server)
    assert new == old, output
    assert {*old.values()} == {"PASSED"}
    assert hits == seen == []
    assert "never awaited" not in output


@pytest.mark.parametrize("name", FOLLOW)
def test_follows(rewritten, name):
    text = rewritten[1][f"test_{name}.py"]
    assert "await service.load(" in text
    assert WANTED.get(name, "") in text


STOP = {
    "an answer that the mock makes up": """\
def test_load():
    with patch("service.fetch") as fetch:
        fetch.return_value.get.return_value = 1
        service.load("url")
""",
    "a mock that is told nothing": """\
def test_load():
    with patch("service.fetch"):
        service.load("url")
""",
    "another kind of mock": """\
def test_load():
    with patch("service.fetch", new_callable=MagicMock, return_value={"a": 1}):
        service.load("url")
""",
    "an error of the library": """\
def test_load():
    with patch("service.fetch", side_effect=requests.ConnectionError), pytest.raises(OSError):
        service.load("url")
""",
    "a function that others call": """\
def answer(url, name):
    return {"a": 1}


def test_load(monkeypatch):
    monkeypatch.setattr(service, "fetch", answer)
    assert service.load("url") == answer("url", "x")["a"] + 1
""",
    "something from elsewhere": """\
def test_load(monkeypatch, answer):
    monkeypatch.setattr(service, "fetch", answer)
    service.load("url")
""",
    "an object that is not known": """\
def test_load(monkeypatch, made):
    monkeypatch.setattr(made, "fetch", lambda url: {"a": 1})
    service.load("url")
""",
}


@pytest.mark.parametrize("why", STOP)
def test_stops_and_names_the_test(why):
    files = {"client.py": CLIENT, "service.py": SERVICE, "main.py": MAIN}
    files["test_service.py"] = HEAD + STOP[why]
    result = check_unchanged("requests-to-aiohttp", files, refusal="mocked-in-tests")
    assert any("test_service.py:" in words for one in result.refusals for words in one.chain)


OWNER = """\
import requests


class Client:
    def fetch(self, url: str) -> str:
        return requests.get(url).text
"""
USER = """\
from owner import Client


def load(client: Client, url: str) -> str:
    return client.fetch(url) + "!"


async def main(url):
    return load(Client(), url)
"""


@pytest.mark.parametrize(
    "text",
    [
        "class Fake:\n    def fetch(self, url):\n        return 'x'\n\n\n"
        "def test_load():\n    assert user.load(Fake(), 'url') == 'x!'\n",
        "def test_load():\n    made = MagicMock()\n    made.fetch.return_value = 'x'\n"
        "    assert user.load(made, 'url') == 'x!'\n",
        "def test_load(monkeypatch):\n"
        "    monkeypatch.setattr(owner.Client, 'fetch', lambda self, url: 'x')\n"
        "    assert user.load(owner.Client(), 'url') == 'x!'\n",
    ],
)
def test_an_object_that_stands_in_stops(text):
    head = "from unittest.mock import MagicMock\n\nimport owner\nimport user\n\n\n"
    files = {"owner.py": OWNER, "user.py": USER, "test_user.py": head + text}
    check_unchanged("requests-to-aiohttp", files, refusal="mocked-in-tests")


def test_a_namesake_that_cannot_stand_in_is_no_reason():
    text = "class Server:\n    def fetch(self, a, b, c):\n        return 'x'\n"
    files = {"owner.py": OWNER, "user.py": USER, "tests/server.py": text}
    assert rewrite("requests-to-aiohttp", files).findings


def test_a_mock_that_knows_its_class_follows_by_itself(http_server, tmp_path):
    tests = (
        "from unittest import mock\n\nimport owner\nimport user\n\n\n"
        "def test_load():\n    made = mock.Mock(spec=owner.Client)\n"
        "    made.fetch.return_value = 'x'\n    assert user.load(made, 'url') == 'x!'\n"
    )
    files = {"owner.py": OWNER, "user.py": USER, "test_user.py": tests}
    files["pytest.ini"] = "[pytest]\nasyncio_mode = auto\n"
    result = rewrite("requests-to-aiohttp", files)
    after = {path: data.decode() for path, data in result.files.items()}
    assert "await user.load(" in after["test_user.py"]
    old, *_ = RUNS["run_tests"](files, tmp_path / "before", http_server)
    new, *_ = RUNS["run_tests"](after, tmp_path / "after", http_server)
    assert new == old == {"test_user.py::test_load": "PASSED"}


@pytest.mark.parametrize(
    "text",
    [
        "import responses\n\nimport app\n\n\n@responses.activate\ndef test_it():\n    app.go()\n",
        "import app\n\n\ndef test_it(requests_mock):\n    app.go()\n",
        "import app\nfrom unittest import mock\n\n\n@mock.patch('app.requests.get')\n"
        "def test_it(get):\n    app.go()\n",
    ],
)
@pytest.mark.parametrize("path", ["test_app.py", "tests/helpers.py", "tests/conftest.py"])
def test_what_catches_requests_far_below_stops(text, path):
    files = {
        "client.py": CLIENT,
        "service.py": SERVICE,
        "app.py": "import requests\nimport main\n\n\ndef go():\n    return main\n",
        "main.py": MAIN,
        path: text,
    }
    result = check_unchanged("requests-to-aiohttp", files, refusal="mocked-in-tests")
    assert any(path in words for one in result.refusals for words in one.chain)
