"""One HTTP server on loopback that plays every service the shop talks to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, List, NamedTuple, Optional, Tuple
from urllib.parse import parse_qsl, urlsplit

RATES = {("EUR", "USD"): 1.25, ("EUR", "JPY"): 160.0}
OFFERS = {
    ("snail", "DE"): {"price": 390, "days": 5},
    ("swift", "DE"): {"price": 690, "days": 1},
    ("swift", "FR"): {"price": 890, "days": 2},
}
CREDIT_LIMIT = 50_000

Reply = Tuple[int, Any]


class Call(NamedTuple):
    method: str
    path: str
    query: Dict[str, str]
    headers: Dict[str, str]
    body: Any


class Trouble:
    """What is wrong with a path (or a method and a path), and for how many more calls."""

    def __init__(self, times: int, status: Optional[int], delay: float) -> None:
        self.times = times
        self.status = status
        self.delay = delay


class FakeServices:
    def __init__(self) -> None:
        self.calls: List[Call] = []
        self.charges: Dict[str, str] = {}
        self.mailbox: Dict[str, List[str]] = {}
        self.unprinted: Dict[str, int] = {}
        self.label_delay = 0
        self._trouble: Dict[str, Trouble] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fail(self, path: str, status: int = 503, times: int = 1000) -> None:
        self._trouble[path] = Trouble(times, status, 0)

    def stall(self, path: str, delay: float, times: int = 1) -> None:
        self._trouble[path] = Trouble(times, None, delay)

    def calls_to(self, path: str) -> List[Call]:
        return [call for call in self.calls if call.path == path]

    def answer(self, call: Call) -> Reply:
        self.calls.append(call)
        trouble = self._trouble.get(call.path) or self._trouble.get(f"{call.method} {call.path}")
        if trouble is not None and trouble.times > 0:
            trouble.times -= 1
            time.sleep(trouble.delay)
            if trouble.status is not None:
                return trouble.status, {"error": "out of order"}
        route = f"{call.method} /{call.path.split('/')[1]}"
        return self._routes()[route](call)

    def _routes(self) -> Dict[str, Any]:
        return {
            "GET /health": lambda call: (200, {"status": "ok"}),
            "GET /rates": self._rate,
            "POST /charges": self._charge,
            "GET /offers": self._offer,
            "POST /bookings": self._booking,
            "GET /labels": self._label,
            "GET /messages": lambda call: (200, self.mailbox.get(call.query["to"], [])),
            "POST /messages": self._message,
        }

    def _rate(self, call: Call) -> Reply:
        rate = RATES.get((call.query["base"], call.query["quote"]))
        return (404, {"error": "unknown"}) if rate is None else (200, {"rate": rate})

    def _charge(self, call: Call) -> Reply:
        if call.headers.get("authorization") != "Bearer test-token":
            return 401, {"error": "who are you"}
        if call.body["amount"] > CREDIT_LIMIT:
            return 402, {"reason": "over the limit"}
        key = call.headers["idempotency-key"]
        reference = self.charges.setdefault(key, f"ch_{call.body['order']}")
        return 201, {"reference": reference}

    def _offer(self, call: Call) -> Reply:
        offer = OFFERS.get((call.path.split("/")[2], call.query["country"]))
        return (404, {}) if offer is None else (200, offer)

    def _booking(self, call: Call) -> Reply:
        code = f"T{call.body['order']}-{call.body['weight']}"
        self.unprinted[code] = self.label_delay
        return 201, {"tracking_code": code}

    def _label(self, call: Call) -> Reply:
        code = call.path.split("/")[2]
        self.unprinted[code] -= 1
        return 200, {"printed": self.unprinted[code] < 0}

    def _message(self, call: Call) -> Reply:
        if call.body["to"].startswith("bounce"):
            return 500, {"error": "bounced"}
        box = self.mailbox.setdefault(call.body["to"], [])
        box.append(call.body["subject"])
        return 202, {"id": f"m{len(box)}"}

    def _handler(self) -> type:
        services = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._reply()

            def do_POST(self) -> None:
                self._reply()

            def _reply(self) -> None:
                url = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(self.command, url.path, dict(parse_qsl(url.query)), headers, body)
                status, data = services.answer(call)
                content = json.dumps(data).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except ConnectionError:  # the client gave up waiting
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
