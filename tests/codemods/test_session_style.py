"""Sessions made on import, as one session of aiohttp for each event loop."""

import subprocess
import sys

import pytest

from lever_fix.testing import check_unchanged, rewrite

ID = "requests-to-aiohttp"
LAZY = {"session-style": "lazy"}
CLIENT = """\
import requests

session = requests.Session()
session.headers["X-Shop"] = "7"


def read(url):
    return session.get(url + "/echo").json()["headers"]


def enter(url):
    return session.get(url + "/cookies/set").text
"""
MAIN = """\
import asyncio
import sys

import client


async def visit(url):
    client.enter(url)
    return client.read(url)


async def twice(url):
    return [client.read(url) for _ in range(2)]


if __name__ == "__main__":
    for work in (visit, twice, visit):
        print(asyncio.run(work(sys.argv[1])))
"""


def run(folder, files, url):
    """Run `main.py` with every warning an error; what it printed, and what it complained of."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    command = [sys.executable, "-W", "error", "main.py", url]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout, done.stderr


def test_every_loop_closes_its_own_session(tmp_path, http_server):
    result = rewrite(ID, {"client.py": CLIENT, "main.py": MAIN}, options=LAZY)
    http_server.taken()
    out, err = run(tmp_path / "new", result.files, http_server.url)
    assert err == ""
    assert len(out.splitlines()) == 3
    assert [dict(hit.headers)["x-shop"] for hit in http_server.taken() if "echo" in hit.target]


def test_no_session_outlives_its_loop(tmp_path, http_server):
    end = "    assert not client._session_by_loop\n    print('none')\n"
    result = rewrite(ID, {"client.py": CLIENT, "main.py": MAIN}, options=LAZY)
    files = {**result.files, "main.py": result.files["main.py"] + end.encode()}
    out, err = run(tmp_path / "new", files, http_server.url)
    assert (out.splitlines()[-1], err) == ("none", "")


def test_a_session_that_was_never_used_is_closed_as_well(tmp_path, http_server):
    """What is raised before the first `await` leaves no session open either."""
    main = (
        "import asyncio\n\nimport client\n\nURLS = []\n\n\n"
        "async def main():\n    try:\n        client.session.get(URLS[0])\n"
        "    except IndexError:\n        print('caught')\n"
        "    return [client.read(url) + client.enter(url) for url in URLS]\n\n\n"
        "asyncio.run(main())\n"
    )
    result = rewrite(ID, {"client.py": CLIENT, "main.py": main}, options=LAZY)
    assert b"client.get_session().get" in result.files["main.py"]
    assert run(tmp_path / "new", result.files, http_server.url) == ("caught\n", "")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_cookies_are_kept_between_calls(tmp_path, http_server, host):
    """Those of an address only by the strict session, which is what the reasons say."""
    files = {"client.py": CLIENT, "main.py": MAIN}
    url = http_server.url.replace("127.0.0.1", host)
    old, _ = run(tmp_path / "old", files, url)
    strict = rewrite(ID, files, options={**LAZY, "parity": "strict"})
    new, err = run(tmp_path / "new", strict.files, url)
    assert err == ""
    kept = ["'cookie': 'sid=abc'" in line for line in old.splitlines()]
    assert ["'cookie': 'sid=abc'" in line for line in new.splitlines()] == [True, False, True]
    # The one difference: requests took the cookie along into the next loop, which is said.
    assert kept == [True, True, True]
    assert any("each event loop has a session of its own" in one for one in said(strict))


def said(result):
    return [reason for finding in result.findings for reason in finding.reasons]


def test_is_refused_unless_asked_for():
    check_unchanged(ID, {"client.py": CLIENT, "main.py": MAIN}, refusal="module-session")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("session.params = {'a': 1}\n", "session-attribute"),
        ("session.verify = False\n", "session-attribute"),
        ("session.hooks['response'].append(print)\n", "session-attribute"),
        ("session.auth = print\n", "session-attribute"),
        ("print(session.headers['X-Shop'])\n", "session-attribute"),
        ("other = session\n", "session-escapes"),
        ("__all__ = ['session']\n", "public-api"),
        ("def get_session():\n    return session\n", "session-escapes"),
        ("def get_session():\n    return 1\n", "names-taken"),
        ("def leave():\n    session.close()\n", "session-attribute"),
        ("first = session.get('http://localhost')\n", "module-session"),
        ("def f(url, get=session.get):\n    return get(url)\n", "session-attribute"),
        ("class Page:\n    http = session\n", "session-escapes"),
    ],
)
def test_what_cannot_follow_stops_all_of_it(more, code):
    files = {"client.py": CLIENT + more, "main.py": MAIN}
    check_unchanged(ID, files, refusal=code, options=LAZY)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ("from client import session\n\nprint(session)\n", "session-escapes"),
        ("from client import session as mine\n\nmine.close()\n", "session-attribute"),
        ("from client import *\n", "session-escapes"),
        ("import client\n\nclient.session.headers['X'] = '1'\n", "session-attribute"),
        ("import client\n\nclient.session = None\n", "session-escapes"),
    ],
)
def test_what_other_files_do_with_it(other, code):
    files = {"client.py": CLIENT, "main.py": MAIN, "other.py": other}
    check_unchanged(ID, files, refusal=code, options=LAZY)


def test_an_import_by_another_name():
    other = (
        "from client import read, session as mine\n\n\ndef f(url):\n    return mine.get(url).text\n"
    )
    main = MAIN.replace("client.read(url)", "other.f(url)", 1).replace(
        "client\n", "client, other\n", 1
    )
    files = {"client.py": CLIENT, "main.py": main, "other.py": other}
    text = rewrite(ID, files, options=LAZY).files["other.py"].decode()
    assert "from client import get_session, read" in text
    assert "async with get_session().get(" in text


def test_a_package_that_offers_it():
    files = {
        "shop/__init__.py": "from shop.client import session\n",
        "shop/client.py": CLIENT,
        "main.py": MAIN.replace("import client", "from shop import client"),
    }
    check_unchanged(ID, files, refusal="public-api", options=LAZY)


def test_a_name_of_its_own_is_not_the_session():
    source = CLIENT.replace("def read(url)", "def read(url, session)")
    files = {"client.py": source, "main.py": MAIN.replace("client.read(url)", "client.enter(url)")}
    result = rewrite(ID, files, options=LAZY)
    assert b'session.get(url + "/echo").json()' in result.files["client.py"]
    assert b'get_session().get(url + "/cookies/set"' in result.files["client.py"]
