"""What calls, responses and exceptions of httpx are for aiohttp.

The tables are shaped as those of `http_calls`, `http_responses` and `http_exceptions`. Measured
against httpx 0.28 and aiohttp 3.14.
"""

from __future__ import annotations

from lever_fix.knowledge.http_calls import DROP, KEEP, Rule
from lever_fix.knowledge.http_calls import KEYWORDS as OF_REQUESTS
from lever_fix.knowledge.http_exceptions import TIMEOUT
from lever_fix.knowledge.http_responses import Use
from lever_fix.model import Import

POSITIONAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("get", "options", "head", "post", "put", "patch", "delete"), ("url",)),
    "request": ("method", "url"),
}

_JSON_KINDS = (
    "dict", "empty", "list", "text", "integer", "zero", "true", "false", "decimal", "tuple", "flag",
    "texts", "numbers",
)  # fmt: skip
_BOTH = "timeout=aiohttp.ClientTimeout(total=None, sock_connect={value}, sock_read={value})"

KEYWORDS: dict[str, dict[str, Rule]] = {
    "params": {"none": KEEP, "plain pairs": Rule(residual="query")},
    "json": {
        "none": KEEP,
        **dict.fromkeys(_JSON_KINDS, Rule(residual="json-bytes")),
        "": Rule(residual="json-none"),
    },
    "content": {
        "none": DROP,
        "text": Rule("data={value}"),
        "bytes": Rule("data={value}"),
    },
    "data": {"none": KEEP, "plain pairs": KEEP},
    "headers": OF_REQUESTS["headers"],
    "cookies": OF_REQUESTS["cookies"],
    "auth": {"none": DROP},
    "timeout": {
        "none": Rule("timeout=aiohttp.ClientTimeout(total=None)"),
        "number": Rule(_BOTH, once=True),
        "name": Rule(_BOTH, once=True, residual="timeout-object"),
    },
    "follow_redirects": {
        "true": Rule("allow_redirects={value}"),
        "false": Rule("allow_redirects={value}"),
    },
}

OTHERWISE = {
    "params": "`params` may hold `True` or `None`, which httpx writes in its own way",
    "content": "`content` may be a stream, which aiohttp takes in another way",
    "data": "`data` may hold values that aiohttp sends in another way, or refuses",
    "cookies": "`cookies` is not a plain dict here, and aiohttp takes no cookie jar of httpx",
    "auth": "`auth` is more than a name and a password here, and aiohttp has no such objects",
    "timeout": "a timeout of several parts must be written by hand",
    "follow_redirects": "whether redirects are followed is decided at run time",
    "headers": "`headers` holds `None` or bytes, which aiohttp refuses",
}

ATTRIBUTES: dict[str, Use] = {
    "status_code": Use("{r}.status"),
    "reason_phrase": Use("{r}.reason"),
    "headers": Use("{r}.headers", residual="repeated-headers"),
    "text": Use('{r}.text(errors="replace")', awaited=True, body=True),
    "content": Use("{r}.read()", awaited=True, body=True),
    "is_success": Use("(200 <= {r}.status < 300)"),
    "is_error": Use("({r}.status >= 400)"),
    "is_client_error": Use("(400 <= {r}.status < 500)"),
    "is_server_error": Use("({r}.status >= 500)"),
}
EXACT_JSON = Use("json.loads(await {r}.read())", body=True, exact=True, imports=(Import("json"),))
METHODS: dict[str, Use] = {
    "json": EXACT_JSON,
    "raise_for_status": Use("{r}.raise_for_status()", residual="redirect-errors"),
}
REFUSED: dict[str, str] = {
    "url": "`url` is a URL of another type in aiohttp",
    "elapsed": "`elapsed` has no equal in aiohttp; time the call with `time.perf_counter()`",
    "history": "the bodies of `history` cannot be read in aiohttp",
    "cookies": "`cookies` holds `Morsel`s in aiohttp, not texts",
    "encoding": "`encoding` decides how `text` is decoded, and cannot be set in aiohttp",
    "next_request": "`next_request` has no equal in aiohttp",
    "http_version": "`http_version` has another type in aiohttp",
    "extensions": "`extensions` has no equal in aiohttp",
    "num_bytes_downloaded": "`num_bytes_downloaded` has no equal in aiohttp",
}

_BROKEN = ("aiohttp.ClientConnectionError", "aiohttp.ClientPayloadError")
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    "HTTPError": ("aiohttp.ClientError", TIMEOUT),
    "HTTPStatusError": ("aiohttp.ClientResponseError",),
    "RequestError": (*_BROKEN, TIMEOUT),
    "TransportError": (*_BROKEN, TIMEOUT),
    "NetworkError": ("aiohttp.ClientOSError", "aiohttp.ClientPayloadError"),
    "TimeoutException": (TIMEOUT,),
    "ConnectError": ("aiohttp.ClientConnectorError",),
    "ConnectTimeout": ("aiohttp.ConnectionTimeoutError",),
    "ReadTimeout": ("aiohttp.SocketTimeoutError",),
    "RemoteProtocolError": ("aiohttp.ServerDisconnectedError", "aiohttp.ClientPayloadError"),
    "TooManyRedirects": ("aiohttp.TooManyRedirects",),
    "InvalidURL": ("aiohttp.InvalidURL",),
}
