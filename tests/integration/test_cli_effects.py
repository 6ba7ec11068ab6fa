"""`explain-effects`, and the effects that a project states of its functions."""

from __future__ import annotations

import pytest

APP = """\
import httpx

from reads import fetch


async def page(client: httpx.AsyncClient, seen: list[str]) -> str:
    seen.append("page")
    return await fetch(client)


def plain(x: int) -> int:
    return x + 1


async def two(sdk):
    a = await sdk.users.frob(1)
    b = await sdk.users.frob(2)
    return a, b
"""
READS = """\
import httpx


async def fetch(client: httpx.AsyncClient) -> str:
    response = await client.get("https://example.com")
    return response.text
"""


@pytest.fixture
def project(cli):
    cli.write({"app.py": APP, "reads.py": READS})
    return cli


def test_says_what_a_function_does_and_why(project):
    assert project("explain-effects", "app.py::page", code=0).out == (
        "app.py::page: must not run beside others.\n"
        "\n"
        "  changes `seen`: parameter `seen`\n"
        "    at app.py:7: seen.append('page')\n"
        "  reads http\n"
        "    calls `fetch`\n"
        "      at reads.py:5: client.get('https://example.com')\n"
    )
    assert "may run beside other calls" in project("explain-effects", "reads.py::fetch", code=0).out
    assert "does nothing" in project("explain-effects", "app.py::plain", code=0).out


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("app.py", "'app.py' is not PATH::FUNCTION"),
        ("app.py::", "is not PATH::FUNCTION"),
        ("nowhere.py::page", "nowhere.py: no such file"),
        ("app.py::pag", "no function is called 'pag'"),
    ],
)
def test_complains(project, function: str, message: str):
    assert message in project("explain-effects", function, code=2).err


def test_the_configuration_is_heard(project):
    stated = '[tool.lever-fix.effects]\n"reads.fetch" = "write"\n'
    project.write({"pyproject.toml": stated})
    assert "writes something" in project("explain-effects", "app.py::page", code=0).out
    assert "writes" not in project("explain-effects", "app.py::page", "--isolated", code=0).out


def test_a_stated_read_is_gathered(project):
    project("check", "app.py", "-s", "gather-awaits", code=0)
    project.write({"pyproject.toml": '[tool.lever-fix.effects]\n"*.frob" = "read"\n'})
    assert "gather-awaits" in project("check", "app.py", "-s", "gather-awaits", code=1).out


def test_a_wrong_word_is_an_error(project):
    project.write({"pyproject.toml": '[tool.lever-fix.effects]\n"*.frob" = "maybe"\n'})
    assert "effects" in project("check", "app.py", "-s", "gather-awaits", code=2).err
