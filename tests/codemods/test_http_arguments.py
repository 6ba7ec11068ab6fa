"""Executed proof for the rarer arguments: equal on the wire, or refused by name, or said.

`test_requests_to_aiohttp.py` has the common ones.
"""

import email
import email.policy

import pytest

from lever_fix.testing import check_unchanged, rewrite

ID = "requests-to-aiohttp"
PROGRAM = """\
import decimal, enum, fractions, io, json, math
import requests


class Plain(enum.Enum):
    A = "x"


async def main(url, value=None):
    response = requests.{call}
    return response.status_code, response.text
"""


def program(call: str) -> bytes:
    return PROGRAM.format(call=call).encode()


def both(programs, server, before: bytes):
    """What the server saw of a program, and what came of it, before and after."""
    after = rewrite(ID, before).files
    assert b"aiohttp" in after["module.py"]
    server.taken()
    found = []
    for files in ({"module.py": before}, after):
        outcome = programs.run(dict(files), server.url)
        found.append((outcome, server.taken()))
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        "params=''",
        "params={'a': ('x', 'y'), 'b': []}",
        "params={'a': {'x': 1}}",
        "params={'a': Plain.A}",
        "params={'a': fractions.Fraction(3)}",
        "params={'a': float('inf')}",
        "params=[('a', None), ('b', True)]",
        "params=(('a', 'x'),)",
        "timeout=(1, None)",
        "headers={}",
        "headers={'x-lower': '1', 'X-UPPER': '2'}",
        "cookies={}",
        "verify=value",
        "cert=None, verify=True",
        "stream=False, hooks=None",
    ],
)
def test_get(http_programs, http_server, arguments):
    old, new = both(http_programs, http_server, program(f'get(url + "/echo?q=1", {arguments})'))
    assert old == new
    assert old[1]
    assert old[0][0] == "returned"


@pytest.mark.parametrize(
    "call",
    [
        'put(url + "/echo")',
        'patch(url + "/echo")',
        'delete(url + "/echo")',
        'options(url + "/echo")',
        'head(url + "/echo")',
        'request("POST", url + "/echo")',
        'request(method="put", url=url + "/echo", data="x")',
        'put(url + "/echo", "text")',
        'patch(url + "/echo", b"bytes")',
        'post(url + "/echo", {"a": "x"})',
        'post(url + "/echo", None, {"a": 1})',
        'post(url + "/echo", data={})',
        "post(url + \"/echo\", data='')",
        "post(url + \"/echo\", data=b'')",
        'post(url + "/echo", data=(("a", "x"),))',
        'post(url + "/echo", data={"a": decimal.Decimal("1.50"), "b": Plain.A})',
        'post(url + "/echo", json=[1, "x", None])',
        'post(url + "/echo", json=1.5)',
        'post(url + "/echo", json=True)',
        'post(url.replace("//", "//user:pass@") + "/echo", data="x")',
    ],
)
def test_bodies_and_methods(http_programs, http_server, call):
    old, new = both(http_programs, http_server, program(call))
    assert new[0][0] == old[0][0] == "returned"
    assert [heard(hit) for hit in new[1]] == [heard(hit) for hit in old[1]]
    assert old[1]


def heard(hit):
    """A request, less a length of nothing: no body, said or not."""
    headers = dict(hit.headers)
    if headers.get("content-length") == "0":
        del headers["content-length"]
    return hit.method, hit.target, headers, hit.body


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("get(url, headers={b'X-A': '1'})", "headers-argument"),
        ("get(url, headers={'X-A': '\u20ac'})", "headers-argument"),
        ("get(url, headers={'X-A': 'caf\u00e9'})", "headers-argument"),
        ("get(url, headers={'X-A': ' 1'})", "headers-argument"),
        ("get(url, headers={'X-A': 1})", "headers-argument"),
        ("post(url, headers={'Transfer-Encoding': 'chunked'})", "headers-argument"),
        ("get(url, auth=('a:b', 'pass'))", "auth-argument"),
        ("get(url, auth='user')", "auth-argument"),
        ("get(url, cookies={'p[]': '1'})", "cookies-argument"),
        ("get(url, cookies={'a': 1})", "cookies-argument"),
        ("get(url, cookies={'a': None})", "cookies-argument"),
        ("post(url, json={'a': float('nan')})", "json-argument"),
        ("post(url, json=[math.inf])", "json-argument"),
        ("post(url, data=bytearray(b'x'))", "data-argument"),
        ("post(url, data=open(__file__, 'rb'))", "data-argument"),
        ("post(url, data='x', json={'a': 1})", "json-and-data"),
        ("get(b'http://localhost')", "url-argument"),
        ("get(None)", "url-argument"),
        ("get(1)", "url-argument"),
        ("get(url, timeout=0.0)", "timeout-argument"),
        ("get(url, timeout=(0, 5))", "timeout-argument"),
        ("get(url, proxies={'https': 'http://127.0.0.1:1'})", "proxies-argument"),
        ("get(url, stream=bool(value))", "stream-argument"),
        ("get(url, hooks=value)", "hooks-argument"),
    ],
)
def test_what_has_no_equal_is_refused(call, code):
    check_unchanged(ID, program(call), refusal=code)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        ("get(url, headers=dict(a=value))", "a header that is `None` or bytes"),
        ("get(url, cookies=dict(a=value))", "a cookie that is `None`"),
        ("get(url, params=value)", "`_pairs` makes of it"),
        ("post(url, json=value)", "a `json` that is None"),
        ("post(url, files=value)", "a Content-Type with each part"),
    ],
)
def test_what_may_differ_is_said(call, word):
    (finding,) = rewrite(ID, program(call)).findings
    assert any(word in reason for reason in finding.reasons)


def parts(hit):
    """The parts of a form: name, file name and content of each."""
    head = f"Content-Type: {dict(hit.headers)['content-type']}\r\n\r\n".encode()
    form = email.message_from_bytes(head + hit.body, policy=email.policy.HTTP)
    return [
        (one.get_param("name", header="content-disposition"), one.get_filename(),
         one.get_payload(decode=True))
        for one in form.iter_parts()
    ]  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        "files={'f': b'bytes'}",
        "files={'f': 'text'}",
        "files={'f': io.BytesIO(b'memory')}",
        "files={'f': open(json.__file__, 'rb')}",
        "files={'f': ('n.txt', b'x')}",
        "files={'f': ('n.csv', 'a,b', 'text/csv')}",
        "files={'f': (None, 'field')}",
        "files=[('f', ('1.txt', b'1')), ('f', ('2.txt', b'2'))]",
        "files={'f': b'x'}, data={'a': 1, 'b': None, 'c': ['x', 'y']}",
    ],
)
def test_files(http_programs, http_server, arguments):
    old, new = both(http_programs, http_server, program(f'post(url + "/echo", {arguments})'))
    assert old[0][0] == new[0][0] == "returned"
    assert [parts(hit) for hit in new[1]] == [parts(hit) for hit in old[1]]
    assert parts(old[1][0])
