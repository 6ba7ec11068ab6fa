"""Executed proof: the server sees the same requests, and the program does the same.

Each row is a keyword with one kind of value; the other half of the table is refused by name.
"""

from urllib.parse import parse_qsl, urlsplit

import pytest

from lever_fix.testing import check_unchanged, rewrite

PROGRAM = """\
import base64, datetime, decimal, enum, io, json, uuid
import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth


class Kind(str, enum.Enum):
    A = "x"


def yes():
    return True


async def main(url, value=None):
    {body}
"""
GET = (
    'response = requests.get(url + "/echo?q=1", {})\n    return response.status_code, response.text'
)
POST = 'response = requests.post(url + "/echo", {})\n    return response.status_code, response.text'


def program(body: str) -> bytes:
    return PROGRAM.format(body=body).encode()


def check_same(http_programs, server, before: bytes):
    """Rewrite a program, run both, compare what the server saw and what came of it."""
    result = rewrite("requests-to-aiohttp", before)
    assert b"aiohttp" in result.files["module.py"], [one.chain for one in result.refusals]
    assert b"requests.get" not in result.files["module.py"]
    assert b"requests.post" not in result.files["module.py"]
    server.taken()
    old = http_programs.run({"module.py": before}, server.url)
    seen = server.taken()
    new = http_programs.run(dict(result.files), server.url)
    assert new == old
    assert server.taken() == seen
    return old, seen


SAME_GET = [
    "params=None",
    "params={}",
    "params={'a': 'x y', 'b': 'caf\u00e9', 'c': ''}",
    "params={'a': 1, 'b': 2.5}",
    "params={'a': ['x', 'y'], 'b': [1, 2]}",
    "params=[('a', 'x'), ('a', 'y')]",
    "params={'a': None, 'b': 'x'}",
    "params={'a': [None, 'x']}",
    "params={'a': True, 'b': False}",
    "params={'a': yes()}",
    "params={'a': decimal.Decimal('1.5')}",
    "params={'a': uuid.UUID(int=7)}",
    "params={'a': datetime.date(2024, 2, 29)}",
    "params={'a': Kind.A}",
    "params={'a': b'x'}",
    "params={'a': {'x'}}",
    "params={'a': (one for one in 'xy')}",
    "params={'a': float('nan')}",
    "params={1: 'x'}",
    "params=value",
    "params=dict(a=None, b=True)",
    "params='a=1&b=x'",
    "params=b'a=1'",
    "headers=None",
    "headers={'X-A': '1', 'X-B': f'{1}'}",
    "headers=value",
    "headers={'User-Agent': 'ours/1'}",
    "cookies=None",
    "cookies={'a': '1', 'b': 'two'}",
    "cookies={'a': 'x y', 'b': 'c=d/e:f'}",
    "cookies={'a': str(1)}",
    "auth=None",
    "auth=('user', 'pass')",
    "auth=('us\u00e9r', 'p:ss')",
    "auth=HTTPBasicAuth('user', 'pass')",
    "auth=('user', 'pass'), headers={'X-A': '1'}",
    "timeout=None",
    "timeout=5",
    "timeout=2.5",
    "timeout=(1, 5)",
    "timeout=(None, 5)",
    "timeout=value",
    "timeout=5 if value else 10",
    "allow_redirects=True",
    "allow_redirects=False",
    "allow_redirects=bool(value)",
    "proxies=None",
    "proxies={}",
    "verify=True",
    "verify=None",
    "verify=False",
    "verify=bool(1)",
    "cert=None",
    "stream=True",
    "stream=False",
    "hooks=None",
    "hooks={}",
]
SAME_POST = [
    "",
    "json=None",
    "json={'a': 1, 'b': [True, None, 'caf\u00e9']}",
    "json={}",
    "json=0",
    "json='text'",
    "json=value or {'a': 1}",
    "data=None",
    "data={'a': 'x y', 'b': 1, 'c': 2.5}",
    "data={'a': True}",
    "data={'a': ['x', 'y']}",
    "data=[('a', 'x'), ('a', 'y')]",
    "data={'a': None, 'b': 'x'}",
    "data={'a': decimal.Decimal('1.5')}",
    "data={'a': b'x'}",
    "data={1: 'x'}",
    "data='text'",
    "data=json.dumps({'a': 1})",
    "data=json.dumps({'a': 1}), headers={'Content-Type': 'application/json'}",
    "data=json.dumps({'a': 1}), headers={'X-A': '1'}",
    "data=b'bytes'",
    "data='caf\u00e9'.encode()",
    "data=None, json={'a': 1}",
    "json=None, data={'a': 'x'}",
    "files=None",
]


@pytest.mark.parametrize("arguments", SAME_GET)
def test_get_is_the_same_on_the_wire(http_programs, http_server, arguments):
    old, seen = check_same(http_programs, http_server, program(GET.format(arguments)))
    assert seen
    assert old[0] == "returned"


@pytest.mark.parametrize("arguments", SAME_POST)
def test_post_is_the_same_on_the_wire(http_programs, http_server, arguments):
    old, seen = check_same(http_programs, http_server, program(POST.format(arguments)))
    assert seen
    assert old[0] == "returned"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("headers={'X-A': None}", "headers-argument"),
        ("headers={'X-A': b'1'}", "headers-argument"),
        ("cookies=requests.cookies.RequestsCookieJar()", "cookies-argument"),
        ("cookies=value", "cookies-argument"),
        ("auth=value", "auth-argument"),
        ("auth=HTTPDigestAuth('u', 'p')", "auth-argument"),
        ("auth=lambda request: request", "auth-argument"),
        ("auth=('u', 'p'), headers=value", "auth-argument"),
        ("auth=('u', 'p'), headers={'Authorization': 'Bearer x'}", "auth-argument"),
        ("timeout=0", "timeout-argument"),
        ("proxies=value", "proxies-argument"),
        ("proxies={'http': 'http://127.0.0.1:1'}", "proxies-argument"),
        ("verify=value", "verify-argument"),
        ("cert=value", "cert-argument"),
        ("cert='a.pem', verify='b.pem'", "cert-argument"),
        ("stream=value", "stream-argument"),
        ("hooks={'response': print}", "hooks-argument"),
        ("**value", "unknown-arguments"),
        ("*value", "unknown-arguments"),
        ("data=value", "data-argument"),
        ("data=io.BytesIO(b'x')", "data-argument"),
        ("data=(one for one in [b'x'])", "data-argument"),
        ("json={}, data={'a': 1}", "json-and-data"),
        ("json={}, files={'a': b'x'}", "json-and-data"),
        ("files={'a': ('n', b'x', 'text/plain', {'X': '1'})}", "files-argument"),
    ],
)
def test_what_has_no_equal_is_refused(arguments, code):
    check_unchanged("requests-to-aiohttp", program(POST.format(arguments)), refusal=code)


@pytest.mark.parametrize("arguments", ["params='a=%2Fx'", "params={'a': 'x/y:z@~'}"])
def test_other_escapes_of_the_same_value(http_programs, http_server, arguments):
    before = program(GET.format(arguments))
    result = rewrite("requests-to-aiohttp", before)
    http_server.taken()
    for files in ({"module.py": before}, result.files):
        http_programs.run(dict(files), http_server.url)
    old, new = (parse_qsl(urlsplit(hit.target).query) for hit in http_server.taken())
    assert new == old


def test_json_that_may_be_none(http_programs, http_server):
    """It is said, because it is so: aiohttp sends a Content-Type for no body."""
    before = program(POST.format("json=value"))
    result = rewrite("requests-to-aiohttp", before)
    assert any("a `json` that is None" in one for one in result.findings[0].reasons)
    http_server.taken()
    for files in ({"module.py": before}, result.files):
        http_programs.run(dict(files), http_server.url)
    old, new = (dict(hit.headers) for hit in http_server.taken())
    assert "content-type" not in old
    assert new["content-type"] == "application/octet-stream"
