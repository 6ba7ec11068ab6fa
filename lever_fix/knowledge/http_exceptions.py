"""What each exception of `requests` is for aiohttp.

Names as in `requests.exceptions`. `TIMEOUT` stands for the timeout of asyncio, which is the
builtin `TimeoutError` since Python 3.11 only.
"""

from __future__ import annotations

TIMEOUT = "asyncio.TimeoutError"
_ANY = ("aiohttp.ClientError", TIMEOUT)
_BAD_URL = ("aiohttp.InvalidURL", "aiohttp.NonHttpUrlClientError")

EXCEPTIONS: dict[str, tuple[str, ...]] = {
    "RequestException": _ANY,
    "HTTPError": ("aiohttp.ClientResponseError",),
    "ConnectionError": ("aiohttp.ClientConnectionError",),
    "Timeout": (TIMEOUT,),
    "ConnectTimeout": ("aiohttp.ConnectionTimeoutError",),
    "ReadTimeout": ("aiohttp.SocketTimeoutError",),
    "TooManyRedirects": ("aiohttp.TooManyRedirects",),
    "MissingSchema": _BAD_URL,
    "InvalidSchema": _BAD_URL,
    "InvalidURL": _BAD_URL,
    "ChunkedEncodingError": ("aiohttp.ClientPayloadError",),
    "ContentDecodingError": ("aiohttp.ClientPayloadError",),
    "SSLError": ("aiohttp.ClientSSLError",),
    "ProxyError": ("aiohttp.ClientProxyConnectionError", "aiohttp.ClientHttpProxyError"),
    "JSONDecodeError": ("json.JSONDecodeError",),
}
"""By name; what is not here has no equal, and a handler that names it alone is refused."""

TOP_LEVEL = frozenset({
    "RequestException", "HTTPError", "ConnectionError", "Timeout", "ConnectTimeout", "ReadTimeout",
    "TooManyRedirects", "JSONDecodeError",
})  # fmt: skip
"""Those that `requests` itself has."""

RESIDUALS = {
    "HTTPError": "malformed",
    "ConnectionError": "read-timeouts",
}
"""What a handler takes in besides, by the exception it named."""

OS_ERRORS = frozenset({"builtins.OSError", "builtins.IOError", "builtins.EnvironmentError"})
"""What an exception of `requests` is, and some of aiohttp's are not."""

ERROR_FIELDS: dict[str, str] = {
    "status_code": "{e}.status",
    "headers": "{e}.headers",
    "reason": "{e}.message",
}
"""What `error.response.<attribute>` is on a `ClientResponseError`."""

URL_FUNCTIONS = {
    f"requests.{home}.{name}": f"urllib.parse.{name}"
    for home in ("utils", "compat")
    for name in (
        "quote", "quote_plus", "unquote", "unquote_plus", "urldefrag", "urlencode", "urljoin",
        "urlparse", "urlsplit", "urlunparse",
    )
}  # fmt: skip
"""What `requests` has from the standard library, where it is at home."""
