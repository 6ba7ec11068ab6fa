"""Executed proof: the server sees the same requests, and the program does the same.

Each row is a keyword with one kind of value; the other half of the table is refused by name.
"""

from urllib.parse import parse_qsl, urlsplit

import pytest

from lever_fix.config import decode_options
from lever_fix.domains.http.findings import HttpOptions
from lever_fix.errors import ConfigError
from lever_fix.model import Safety
from lever_fix.settings import Settings
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


def test_what_was_read_from_a_file_is_bytes_or_text(http_programs, http_server):
    for mode in ("'rb'", "mode='rb'", "'r'", "encoding='utf-8'"):
        body = f"with open(base64.__file__, {mode}) as file:\n        data = file.read()\n    "
        body += POST.format("data=data")
        _, seen = check_same(http_programs, http_server, program(body))
        assert b"b64encode" in seen[0].body
    body = "with open(base64.__file__, value or 'rb') as file:\n"
    body += "        data = file.read()\n    "
    check_unchanged(
        "requests-to-aiohttp", program(body + POST.format("data=data")), refusal="data-argument"
    )


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


ONE = "import requests\n\n\nasync def main(url):\n    return requests.get(url + '/echo').json()\n"


def test_what_remains_is_said_and_can_be_accepted():
    (finding,) = rewrite("requests-to-aiohttp", ONE).findings
    assert finding.safety is Safety.UNSAFE
    resent = "aiohttp sends a GET once more when the server drops the connection (resend)"
    assert resent in finding.reasons
    said = len(finding.reasons)
    some = {"accept-residual": ["resend", "user-agent"]}
    (finding,) = rewrite("requests-to-aiohttp", ONE, options=some).findings
    assert (finding.safety, len(finding.reasons)) == (Safety.UNSAFE, said - 2)
    every = {"accept-residual": ["all"]}
    (finding,) = rewrite("requests-to-aiohttp", ONE, options=every).findings
    assert (finding.safety, finding.reasons) == (Safety.SAFE, ())


def test_strict_parity_reads_the_environment_and_keeps_cookies(http_programs, http_server):
    result = rewrite("requests-to-aiohttp", ONE, options={"parity": "strict"})
    (finding,) = result.findings
    assert not any("environment" in one or "empty answer" in one for one in finding.reasons)
    assert b"trust_env=True" in result.files["module.py"]
    http_server.taken()
    outcomes = [
        http_programs.run(dict(files), http_server.url)
        for files in ({"module.py": ONE.encode()}, result.files)
    ]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == "returned"


def test_strict_parity_tells_an_empty_answer(http_programs, http_server):
    source = ONE.replace("/echo", "/json/empty")
    result = rewrite("requests-to-aiohttp", source, options={"parity": "strict"})
    for files in ({"module.py": source.encode()}, result.files):
        assert http_programs.run(dict(files), http_server.url) == ("raised", "bad JSON")


@pytest.mark.parametrize("option", [{"parity": "both"}, {"public-api": "maybe"}])
def test_options_are_checked(option):
    with pytest.raises(Exception, match=r"parity|public"):
        rewrite("requests-to-aiohttp", ONE, options=option)


def test_a_plan_names_what_it_touches_and_shows_its_tree():
    files = {
        "client.py": "import requests\n\n\ndef read(url):\n    return requests.get(url).text\n",
        "main.py": "from client import read\n\n\nasync def main(url):\n    return read(url)\n",
    }
    (finding,) = rewrite("requests-to-aiohttp", files).findings
    assert finding.writes == ("client.py::read", "main.py::main")
    assert finding.detail == ("client.py:read becomes async", "  main.py:main is async")


def test_a_refusal_names_the_path_to_what_blocks():
    files = {
        "a.py": "import requests\n\n\ndef read(url):\n    return requests.get(url).text\n",
        "b.py": "from a import read\n\n\ndef both(url):\n    return read(url) * 2\n",
        "c.py": "from b import both\n\n\nasync def main(urls):\n"
        "    return sorted(urls, key=lambda url: both(url))\n",
    }
    (refusal,) = check_unchanged("requests-to-aiohttp", files, refusal="no-await-here").refusals
    arrow = " \N{RIGHTWARDS ARROW} "
    assert refusal.chain[-1] == arrow.join(["a.py:read", "b.py:both", "c.py:main", "<lambda>"])


def test_what_the_new_await_does_to_other_tasks_is_said():
    source = (
        "import requests\n\n\nasync def main(url):\n    try:\n"
        "        return requests.get(url).text\n    except:\n        return None\n"
    )
    (finding,) = rewrite(
        "requests-to-aiohttp", source, options={"accept-residual": ["all"]}
    ).findings
    (reason,) = finding.reasons
    assert "swallow a cancellation" in reason


def test_a_method_that_is_told_by_its_name_alone_is_said():
    files = {
        "client.py": "import requests\n\n\nclass Client:\n"
        "    def read_all(self, url):\n        return requests.get(url).text\n",
        "main.py": "from client import Client\n\nMADE = [Client()]\n\n\n"
        "async def main(url):\n    return MADE[0].read_all(url)\n",
    }
    (finding,) = rewrite("requests-to-aiohttp", files).findings
    assert any("`MADE[0].read_all` in main.py" in one for one in finding.reasons)
    for change in (
        ("(url)\n", "(url, 1)\n"),  # too many arguments
        ("from client import Client", "from other import Client"),
        ("async def main", "class Other:\n    read_all = None\n\n\nasync def main"),
    ):
        other = {**files, "main.py": files["main.py"].replace(*change)}
        check_unchanged("requests-to-aiohttp", other, refusal="unknown-receiver")


def test_a_loop_that_may_be_started_is_said():
    files = {
        "client.py": "import requests\n\n\ndef read(url, app):\n    app.serve()\n"
        "    return requests.get(url).text\n",
        "app.py": "import uvicorn\n\n\nclass App:\n    def serve(self):\n"
        "        uvicorn.run(self)\n",
        "main.py": "from client import read\n\n\nasync def main(url, app):\n"
        "    return read(url, app)\n",
    }
    (finding,) = rewrite("requests-to-aiohttp", files).findings
    assert any("may come to `App.serve`" in one for one in finding.reasons)
    app = "import subprocess\n\nfrom prompt_toolkit import PromptSession\n\n\nclass App:\n"
    app += "    def serve(self):\n        {}\n"
    for call, said in (("self.session.prompt()", True), ("subprocess.run()", False)):
        files["app.py"] = app.format(call)
        (finding,) = rewrite("requests-to-aiohttp", files).findings
        assert any("may come to `App.serve`" in one for one in finding.reasons) is said


def test_public_functions_turn_where_the_team_says_so():
    source = (
        "import requests\n\n__all__ = ['read']\n\n\n"
        "def read(url):\n    return requests.get(url).text\n"
    )
    check_unchanged("requests-to-aiohttp", source, refusal="public-api")
    result = rewrite("requests-to-aiohttp", source, options={"public-api": "rewrite"})
    assert b"async def read" in result.files["module.py"]


@pytest.mark.parametrize(
    ("manifests", "turns"),
    [
        ({"pyproject.toml": "[project]\nname = 'app'\n"}, True),
        ({"requirements.txt": "requests\n"}, True),
        ({"pyproject.toml": "[tool.ruff]\n", "manage.py": ""}, True),
        ({"pyproject.toml": "[tool.poetry]\npackage-mode = false\n[build-system]\n"}, True),
        ({"pyproject.toml": "[project]\nname = 'app'\n[build-system]\n"}, False),
        ({"pyproject.toml": "[tool.poetry]\nname = 'app'\n"}, False),
        ({"pyproject.toml": "[tool.ruff]\n"}, False),
        ({"setup.py": "", "requirements.txt": "requests\n"}, False),
        ({"setup.cfg": "[metadata]\nname = app\n", "Dockerfile": ""}, False),
        ({"setup.cfg": "[flake8]\n", "Dockerfile": ""}, True),
        ({}, False),
    ],
)
def test_nothing_is_public_in_what_builds_no_package(manifests, turns):
    files = {
        "app/__init__.py": "from app.client import read\n",
        "app/client.py": "import requests\n\n\ndef read(url):\n    return requests.get(url).text\n",
        "app/main.py": "from app import read\n\n\nasync def main(url):\n    return read(url)\n",
        **manifests,
    }
    result = rewrite("requests-to-aiohttp", files)
    assert (b"async def read" in result.files["app/client.py"]) is turns
    assert [one.code for one in result.refusals] == ([] if turns else ["public-api"])


@pytest.mark.parametrize(
    "source",
    [
        "def get(url):\n    return url\n",
        "import requests\n\n\nasync def main(requests, url):\n    return requests.get(url)\n",
        "from mine import requests\n\n\nasync def main(url):\n    return requests.get(url)\n",
        "# requests\nasync def main(get, url):\n    return get(url)\n",
        "import requests\n\nanswer = requests.get('http://localhost')\n",
    ],
)
def test_is_silent_about_others(source):
    assert not check_unchanged("requests-to-aiohttp", source).refusals


def test_a_refusal_says_what_helps():
    source = "import requests\n\n\ndef read(url):\n    return requests.get(url)\n"
    (refusal,) = check_unchanged("requests-to-aiohttp", source, refusal="no-callers").refusals
    assert refusal.chain[0].endswith("in the configuration turns it all the same")


@pytest.mark.parametrize(
    "around",
    [
        "def run():\n    try:\n        main()\n    except requests.HTTPError:\n        pass\n",
        "try:\n    main()\nexcept (KeyError, requests.HTTPError):\n    pass\n",
        "def run():\n    main()\n\n\ntry:\n    run()\nexcept requests.Timeout:\n    pass\n",
    ],
)
@pytest.mark.parametrize("body", ["requests.get('http://a').text", "other(), ask()"])
def test_whoever_calls_an_entry_point_may_wait_for_errors_of_requests(around, body):
    source = (
        "import requests\n\n\ndef other():\n    return 1\n\n\n"
        "def ask():\n    return requests.get('http://b').text\n\n\n"
        f"def main():\n    return {body}\n\n\n"
    )
    rewritten = rewrite("requests-to-aiohttp", source).files["module.py"]
    assert (b"asyncio.run(ask())" in rewritten) is ("ask" in body)
    result = check_unchanged("requests-to-aiohttp", source + around, refusal="mixed-errors")
    assert "around an event loop" in result.refusals[-1].chain[0]


@pytest.mark.parametrize(
    ("names", "hint"),
    [(["user-agnt"], "did you mean 'user-agent'"), (["quux"], "there are: resend, environment")],
)
def test_a_difference_that_nobody_knows_is_an_error(names, hint):
    settings = Settings(options={"requests-to-aiohttp": {"accept-residual": names}})
    with pytest.raises(ConfigError, match=hint):
        decode_options(settings, "requests-to-aiohttp", HttpOptions)


@pytest.mark.parametrize("annotation", ["HttpUrl", "pathlib.Path"])
def test_a_url_of_another_type_is_refused(annotation):
    source = (
        "import pathlib\n\nimport requests\nfrom pydantic import HttpUrl\n\n\n"
        f"async def main(url: {annotation}):\n    return requests.get(url).text\n"
    )
    check_unchanged("requests-to-aiohttp", source, refusal="url-argument")
    text = rewrite("requests-to-aiohttp", source.replace(f": {annotation}", ": str"))
    assert b"session.get(url" in text.files["module.py"]
