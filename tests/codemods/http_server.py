"""A server that answers as servers do, and keeps what it was asked: the judge of HTTP rewrites.

/echo what it got        /status/N          /redirect/N?to=PATH     /loop/N redirects, N times
/json/KIND  /text/KIND   /cookies/set|show  /drop hangs up          /truncated  /garbage
/slow                    /drip slowly       /chunks                 /headers
"""

from __future__ import annotations

import json
import socket
import threading
import time
from dataclasses import dataclass, field

JSON = {
    "object": (b'{"a": 1, "b": [true, null]}', "application/json"),
    "plain": (b'{"a": 1}', "text/plain"),
    "untyped": (b'{"a": 1}', ""),
    "empty": (b"", "application/json"),
    "broken": (b"{broken", "application/json"),
}
TEXT = {
    "utf8": ("caf\xe9 \u20ac".encode(), "text/plain; charset=utf-8"),
    "latin1": (b"caf\xe9", "text/plain; charset=iso-8859-1"),
    "ascii": (b"plain", "text/plain"),
    "wrong": (b"a\xffb", "text/plain; charset=utf-8"),
}
HIDDEN = frozenset({"user-agent", "connection", "host", "accept", "accept-encoding"})
"""Headers in which the two libraries differ and say so, or that are equal always."""


@dataclass(frozen=True)
class Hit:
    """One request as it came in."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Server:
    """The server and what it has seen; each connection has a thread of its own."""

    socket: socket.socket
    hits: list[Hit] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def taken(self) -> list[Hit]:
        """What came in since this was last asked."""
        hits, self.hits = self.hits, []
        return hits

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer_all, args=(connection,), daemon=True).start()

    def _answer_all(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as reader:
            try:
                while hit := read(reader):
                    self.hits.append(hit)
                    if not answer(connection, hit):
                        return
            except OSError:
                return


def start() -> Server:
    server = Server(socket.create_server(("127.0.0.1", 0)))
    threading.Thread(target=server.serve, daemon=True).start()
    return server


def read(reader) -> Hit | None:
    line = reader.readline().decode("latin-1").split()
    if len(line) < 2:
        return None
    headers: dict[str, str] = {}
    while (raw := reader.readline()) not in (b"\r\n", b""):
        name, _, value = raw.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    body = b""
    if headers.get("transfer-encoding") == "chunked":
        while size := int(reader.readline(), 16):
            body += reader.read(size)
            reader.readline()
        reader.readline()
    elif "content-length" in headers:
        body = reader.read(int(headers["content-length"]))
    kept = tuple(sorted((name, value) for name, value in headers.items() if name not in HIDDEN))
    return Hit(line[0], line[1], kept, body)


def answer(connection: socket.socket, hit: Hit) -> bool:
    """Answer one request; False where the connection is to be closed."""
    _, route, *rest = hit.target.partition("?")[0].split("/")
    argument = rest[0] if rest else ""
    if route in UNUSUAL:
        return UNUSUAL[route](connection)
    status, headers, body = PLAIN.get(route, missing)(hit, argument)
    connection.sendall(response(status, headers, b"" if hit.method == "HEAD" else body))
    return True


def response(status: int, headers: list[tuple[str, str]], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status} Reason", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def typed(body: bytes, kind: str):
    return 200, [("Content-Type", kind)] if kind else [], body


def echo(hit: Hit, _: str):
    heard = {
        "method": hit.method,
        "target": hit.target,
        "headers": dict(hit.headers),
        "body": hit.body.decode("latin-1"),
    }
    return typed(json.dumps(heard).encode(), "application/json")


def status(_: Hit, argument: str):
    body = b"" if argument in ("204", "304") else f"body of {argument}".encode()
    return int(argument), [("Content-Type", "text/plain")], body


def redirect(hit: Hit, argument: str):
    return int(argument), [("Location", hit.target.partition("?to=")[2] or "/echo")], b"moved"


def loop(_: Hit, argument: str):
    left = int(argument)
    return 302, [("Location", f"/loop/{left - 1}" if left > 1 else "/echo")], b""


def cookies(hit: Hit, argument: str):
    if argument == "set":
        return 200, [("Set-Cookie", "sid=abc; Path=/")], b"set"
    return typed(dict(hit.headers).get("cookie", "").encode(), "text/plain")


def headers(_: Hit, _argument: str):
    return 201, [("X-One", "1"), ("Content-Type", "text/plain")], b"made"


def missing(_: Hit, _argument: str):
    return 404, [], b"nothing here"


PLAIN = {
    "echo": echo,
    "status": status,
    "redirect": redirect,
    "loop": loop,
    "json": lambda _, argument: typed(*JSON[argument]),
    "text": lambda _, argument: typed(*TEXT[argument]),
    "cookies": cookies,
    "headers": headers,
    "flaky": lambda _, argument: typed(b"ok", "text/plain"),
}


def drop(_: socket.socket) -> bool:
    return False


def truncated(connection: socket.socket) -> bool:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
    return False


def garbage(connection: socket.socket) -> bool:
    connection.sendall(b"NOT HTTP AT ALL\r\n\r\n")
    return False


def slow(connection: socket.socket) -> bool:
    time.sleep(0.6)
    connection.sendall(response(200, [], b"slow"))
    return True


def drip(connection: socket.socket) -> bool:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    for _ in range(5):
        connection.sendall(b"x")
        time.sleep(0.1)
    return True


def chunks(connection: socket.socket) -> bool:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for part in (b"one,", b"two,", b"three"):
        connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
    connection.sendall(b"0\r\n\r\n")
    return True


UNUSUAL = {
    "drop": drop,
    "truncated": truncated,
    "garbage": garbage,
    "slow": slow,
    "drip": drip,
    "chunks": chunks,
}
