"""`parity = "strict"`: what is made equal is shown on the wire, and what is accepted is said."""

import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lever_fix.model import Safety
from lever_fix.testing import rewrite

ID = "requests-to-aiohttp"
STRICT = {"parity": "strict"}
PROGRAM = "import requests\n\n\nasync def main(url):\n    {}\n"
POST = 'return requests.post("http://localhost/echo", data="x").status_code'


def strict(body: str):
    before = PROGRAM.format(body)
    result = rewrite(ID, before, options=STRICT)
    (finding,) = result.findings
    return {"module.py": before.encode()}, dict(result.files), finding


def outcomes(programs, body: str, url: str):
    before, after, _ = strict(body)
    return programs.run(before, url), programs.run(after, url)


def test_is_safe_and_says_what_it_accepts():
    _, _, finding = strict('return requests.get("http://localhost/a").json()')
    assert (finding.safety, finding.reasons) == (Safety.SAFE, ())
    message = finding.message.partition('; accepted by `parity = "strict"`: ')[2]
    assert message == (
        "a GET is sent once more when the server drops the connection, "
        "ALL_PROXY and ranges of addresses in NO_PROXY are not read, the User-Agent is aiohttp's"
    )


def test_says_nothing_of_what_does_not_apply():
    _, _, finding = strict(POST.replace('"x"', '"x", headers={"User-Agent": "ours"}, proxies=None'))
    assert finding.safety is Safety.SAFE
    assert "once more" not in finding.message
    assert "User-Agent" not in finding.message


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("return requests.get(url).status_code", "escapes"),
        ('return requests.get("http://localhost/a").text', "charset"),
        ('return requests.put("http://localhost/a", data="x").ok', "redirected"),
        ('return requests.get("http://localhost/a", cookies=dict(a=url)).ok', "cookie"),
        ('return requests.get("http://localhost/a", auth=("u", "p")).ok', "netrc"),
        ('return requests.get("http://localhost/a", headers={"Authorization": "x"}).ok', "netrc"),
        ('return requests.get("http://localhost/a", headers=url).ok', "netrc"),
    ],
)
def test_other_differences_stay_unsafe(body, word):
    _, _, finding = strict(body)
    assert finding.safety is Safety.UNSAFE
    assert any(word in reason for reason in finding.reasons)


@pytest.mark.parametrize("body", ["return requests.get(url).ok"])
def test_without_it_all_of_them_are_reasons(body):
    (finding,) = rewrite(ID, PROGRAM.format(body)).findings
    words = ("once more", "environment", "store of certifi", "the one of certifi", "User-Agent")
    said = " ".join(finding.reasons)
    assert sum(word in said for word in words) == 4
    assert "accepted" not in finding.message
    assert "netrc and gets" not in said


def test_cookies_of_an_address_are_kept_by_a_session(http_programs, http_server):
    body = (
        "with requests.Session() as session:\n"
        '        session.get(url + "/cookies/set")\n'
        '        return session.get(url + "/cookies/show").content'
    )
    old, new = outcomes(http_programs, body, http_server.url)
    assert old == new == ("returned", "b'sid=abc'")


def test_values_of_cookies_are_sent_as_they_are(http_programs, http_server):
    body = 'return requests.get(url + "/cookies/show", cookies={"a": "x y", "b": "c=d"}).content'
    old, new = outcomes(http_programs, body, http_server.url)
    assert old == new


def test_a_slow_answer_has_no_limit(http_programs, http_server):
    _, after, _ = strict("return requests.get(url).ok")
    assert b"timeout=aiohttp.ClientTimeout(total=None)" in after["module.py"]


def test_proxies_come_from_the_environment(http_programs, http_server, monkeypatch):
    monkeypatch.setenv("http_proxy", http_server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    before, after, _ = strict('return requests.get("http://nowhere.invalid/echo").status_code')
    http_server.taken()
    for files in (before, after):
        http_programs.run(files, http_server.url)
    old, new = (hit.target for hit in http_server.taken())
    assert old == new == "http://nowhere.invalid/echo"


def test_passwords_come_from_netrc(http_programs, http_server, monkeypatch, tmp_path):
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login user password pass\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    body = 'return requests.get(url + "/echo").json()["headers"]["authorization"]'
    old, new = outcomes(http_programs, body, http_server.url)
    assert old == new
    assert "Basic" in old[1]


class Hello(BaseHTTPRequestHandler):
    """Answers every request, and says nothing of it."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *_):
        """Nothing is written to standard error."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for `localhost` that nobody has signed, with its key in one file."""
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
    command += ["-addext", "subjectAltName=DNS:localhost"]
    made = [*command, "-keyout", str(path), "-out", str(path.with_suffix(".crt"))]
    subprocess.run(made, check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.fixture(scope="module")
def tls_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = HTTPServer(("127.0.0.1", 0), Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", ""])
def test_certificates_are_those_that_requests_trusts(
    variable, http_programs, tls_server, certificate, monkeypatch
):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(certificate.with_suffix(".crt")))
    body = "return requests.get(url, timeout=5).content"
    old, new = outcomes(http_programs, body, tls_server)
    assert old == new
    assert old == (("returned", "b'hi'") if variable else ("raised", "connection"))


def test_a_class_and_a_shared_session_check_them_as_well():
    kept = (
        "import requests\n\n\nclass Client:\n"
        "    def __init__(self):\n        self.session = requests.Session()\n\n"
        "    def __enter__(self):\n        return self\n\n"
        "    def __exit__(self, *_):\n        self.session.close()\n\n"
        "    def ask(self, url):\n        return self.session.get(url).status_code\n\n\n"
        "async def main(url):\n    with Client() as client:\n        return client.ask(url)\n"
    )
    shared = (
        "import requests\n\nsession = requests.Session()\n\n\n"
        "async def main(url):\n    return session.get(url).status_code\n"
    )
    for source in (kept, shared):
        text = rewrite(ID, source, options={**STRICT, "session-style": "lazy"}).text
        assert "connector=aiohttp.TCPConnector(ssl=_trusted())" in text
        assert text.count("def _trusted()") == 1


@pytest.mark.parametrize("argument", ["verify={path!r}", "verify=False", "verify=url and {path!r}"])
def test_certificates_that_a_call_names(argument, http_programs, tls_server, certificate):
    path = str(certificate.with_suffix(".crt"))
    body = f"return requests.get(url, timeout=5, {argument.format(path=path)}).content"
    before = PROGRAM.format(body)
    after = rewrite(ID, before).files
    old = http_programs.run({"module.py": before.encode()}, tls_server)
    assert http_programs.run(dict(after), tls_server) == old == ("returned", "b'hi'")


@pytest.mark.parametrize("argument", ["cert={path!r}", "cert=({path!r}, {path!r})"])
def test_certificates_that_a_call_shows(argument, http_programs, tls_server, certificate):
    """The server's own is trusted by neither, with whatever is shown to it."""
    body = f"return requests.get(url, timeout=5, {argument.format(path=str(certificate))}).content"
    before = PROGRAM.format(body)
    after = rewrite(ID, before).files
    old = http_programs.run({"module.py": before.encode()}, tls_server)
    assert http_programs.run(dict(after), tls_server) == old == ("raised", "connection")
