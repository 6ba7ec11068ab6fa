"""Small projects whose tests call a function that turns async."""

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
HEAD = """\
import os

import client
import pytest
import requests

URL = os.environ["SERVER"]


"""
TURN = {
    "function": """\
def test_fetch():
    assert client.fetch(URL, "object")["a"] == 1


@pytest.mark.parametrize("path", ["/status/404?"])
def test_missing(path):
    with pytest.raises(requests.HTTPError):
        client.fetch(URL + path, "object")


def test_that_fails():
    assert client.fetch(URL, "object")["a"] == 2
""",
    "method": """\
class TestFetch:
    def test_fetch(self):
        assert client.fetch(URL, "object")["a"] == 1

    def test_that_fails(self):
        assert client.fetch(URL, "object")["a"] == 2
""",
    "fixture": """\
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
""",
    "case": """\
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
""",
    "patched": """\
from unittest import mock


@mock.patch.dict(os.environ, {"A": "1"})
@pytest.mark.parametrize(
    "name",
    ["object"],  # the only one
)
def test_fetch(name):
    assert client.fetch(URL, name)["a"] == 1
    assert requests.get(URL + "/json/object", timeout=5).json()["a"] == 1
""",
}
STAY = {
    "entry_point": """\
def test_fetch(monkeypatch, capsys):
    import command

    monkeypatch.setattr("sys.argv", ["command", URL])
    command.main()
    assert capsys.readouterr().out == f"{client.fetch(URL, 'object')['a']}\\n"
""",
    "command": """\
def test_fetch():
    from click.testing import CliRunner

    from command import show

    assert CliRunner().invoke(show, [URL]).output == f"{client.fetch(URL, 'object')['a']}\\n"
""",
    "own_loop": """\
def test_fetch():
    import asyncio

    import main

    assert asyncio.run(main.main(URL)) == client.fetch(URL, "object")
""",
    "loop_of_a_fixture": """\
@pytest.fixture
def fetched(monkeypatch, capsys):
    import command

    def run():
        monkeypatch.setattr("sys.argv", ["command", URL])
        command.main()
        return capsys.readouterr().out

    return run


def test_fetch(fetched):
    assert fetched() == f"{client.fetch(URL, 'object')['a']}\\n"
""",
    "lambda": """\
def test_fetch():
    once = lambda: client.fetch(URL, "object")
    assert once() == client.fetch(URL, "object")
""",
    "generator_expression": """\
def test_fetch():
    assert all(client.fetch(URL, one)["a"] == 1 for one in ["object", "object"])
""",
    "called_by_another": """\
def test_fetch():
    assert client.fetch(URL, "object")["a"] == 1


def test_twice():
    test_fetch()
""",
    "unknown_decorator": """\
def twice(test):
    def test_both():
        test()
        test()

    return test_both


@twice
def test_fetch():
    assert client.fetch(URL, "object")["a"] == 1
""",
    "subclass": """\
import unittest


class Base(unittest.TestCase):
    def test_fetch(self):
        self.assertEqual(client.fetch(URL, "object")["a"], 1)


class More(Base):
    def test_more(self):
        self.assertEqual(client.fetch(URL, "object")["a"], 1)
""",
    "case_with_a_way_of_its_own": """\
import unittest


class Own(unittest.TestCase):
    def run(self, result=None):
        return super().run(result)

    def test_fetch(self):
        self.assertEqual(client.fetch(URL, "object")["a"], 1)
""",
    "hook_of_a_class": """\
import unittest


class Own(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.found = client.fetch(URL, "object")

    def test_found(self):
        self.assertEqual(self.found["a"], 1)
""",
    "hook_of_pytest": """\
class TestOwn:
    def setup_method(self):
        self.found = client.fetch(URL, "object")

    def test_found(self):
        assert self.found["a"] == 1
""",
    "once_for_all": """\
@pytest.fixture(scope="session", autouse=True)
def found():
    return client.fetch(URL, "object")


def test_found(found):
    assert found["a"] == 1
""",
}
MARKED = """\
pytestmark = [pytest.mark.asyncio]


def test_fetch():
    assert client.fetch(URL, "object")["a"] == 1
"""
HOLDS = """\
import owner


@pytest.fixture
def held():
    with owner.Client(URL) as found:
        yield found


def test_held(held: owner.Client):
    assert held.fetch("object")["a"] == 1


def test_made():
    with owner.Client(URL) as made:
        assert made.fetch("object")["a"] == 1
"""
COMMAND = """\
import sys

import click

import client


@click.command()
@click.argument("url")
def show(url):
    click.echo(client.fetch(url, "object")["a"])


def main():
    print(client.fetch(sys.argv[1], "object")["a"])


if __name__ == "__main__":
    main()
"""
OWNER = """\
import requests


class Client:
    def __init__(self, url):
        self.url = url
        self.session = requests.Session()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.session.close()

    def fetch(self, name):
        return self.session.get(f"{self.url}/json/{name}", timeout=5).json()
"""
USES_OWNER = """\
from owner import Client


async def main(url):
    with Client(url) as client:
        return client.fetch("object")
"""
BACKEND = """\
import pytest


@pytest.fixture
def anyio_backend():
    return "asyncio"
"""
ANYIO = """\
@pytest.mark.anyio
async def test_that_is_async():
    assert client.fetch(URL, "object")["a"] == 1
"""

SETTINGS = {
    "auto": {"pyproject.toml": AUTO},
    "strict": {"pyproject.toml": STRICT},
    "anyio": {"conftest.py": BACKEND, "test_asyncio.py": HEAD + ANYIO},
    "nothing": {},
}
