"""What each argument of a call to `requests` is for aiohttp, by the kind of its value.

Measured against requests 2.34 and aiohttp 3.14, on the wire. `{value}` in a text stands for the
argument as written. A kind that is not in a table is refused with the words under `OTHERWISE`.
"""

from __future__ import annotations

from lever_fix.model import Definition, Import, Value

METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
IDEMPOTENT = frozenset({"get", "head", "options", "trace", "put", "delete"})
"""Methods that aiohttp sends once more after the server has dropped the connection."""
WITH_BODY = frozenset({"post", "put", "patch"})
REDIRECTED_AS_GET = frozenset({"put", "patch", "delete"})

POSITIONAL: dict[str, tuple[str, ...]] = {
    "get": ("url", "params"),
    "options": ("url",),
    "head": ("url",),
    "post": ("url", "data", "json"),
    "put": ("url", "data"),
    "patch": ("url", "data"),
    "delete": ("url",),
    "request": (
        "method", "url", "params", "data", "headers", "cookies", "files", "auth", "timeout",
        "allow_redirects", "proxies", "hooks", "stream", "verify", "cert", "json",
    ),
}  # fmt: skip
"""The parameters of each function of `requests` that arguments without a name stand for."""

SESSION_POSITIONAL = {
    **POSITIONAL,
    "get": ("url",),
    "request": (
        "method", "url", "params", "data", "headers", "cookies", "files", "auth", "timeout",
        "allow_redirects", "proxies", "hooks", "stream", "verify", "cert", "json",
    ),
}  # fmt: skip
"""The same for the methods of `requests.Session`."""


class Rule(Value, frozen=True, omit_defaults=True):
    """What becomes of an argument.

    `text` is the new argument, with `{value}` for the old value; None keeps it as it is, and an
    empty text drops it. `residual` names what may still differ. `sessions` are arguments for the
    session, `definitions` helpers by name.
    """

    text: str | None = None
    residual: str = ""
    sessions: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    imports: tuple[Import, ...] = ()
    packages: tuple[str, ...] = ()
    once: bool = False
    """True where the text holds the value twice, so that it must be cheap and without effect."""


KEEP = Rule()
DROP = Rule(text="")
_BOTH = "timeout=aiohttp.ClientTimeout(total=None, sock_connect={value}, sock_read={value})"
_CA = "ssl=ssl.create_default_context(cafile={value})"
_BASIC = 'aiohttp.encode_basic_auth({user}, {password}, encoding="latin1")'
_RAW_JAR = ("cookie_jar=aiohttp.CookieJar(quote_cookie=False)",)
_FORM = Rule("data=_pairs({value})", definitions=("_pairs",))
_QUERY = Rule("params=_pairs({value})", definitions=("_pairs",))

KEYWORDS: dict[str, dict[str, Rule]] = {
    "params": {
        "none": KEEP,
        "empty": KEEP,
        "plain pairs": KEEP,
        "pairs": _QUERY,
        "text": _QUERY,
        "": Rule("params=_pairs({value})", residual="params", definitions=("_pairs",)),
    },
    "json": {
        **dict.fromkeys(("none", "dict", "empty", "list", "text", "integer", "zero"), KEEP),
        **dict.fromkeys(("true", "false", "decimal", "tuple", "flag", "texts", "numbers"), KEEP),
        "": Rule(residual="json-none"),
    },
    "data": {
        "none": KEEP,
        "empty": DROP,
        "plain pairs": KEEP,
        "flags": KEEP,
        "pairs": _FORM,
        "text": KEEP,
        "bytes": KEEP,
    },
    "headers": {
        "none": KEEP,
        "texts": KEEP,
        "": Rule(residual="header-values"),
    },
    "cookies": {
        "none": KEEP,
        "tokens": KEEP,
        "texts": Rule(sessions=_RAW_JAR),
        "dict": Rule(sessions=_RAW_JAR, residual="cookie-values"),
    },
    "auth": {"none": DROP},
    "timeout": {
        "none": Rule("timeout=aiohttp.ClientTimeout(total=None)"),
        "number": Rule(_BOTH, once=True),
        "": Rule("timeout=_timeout({value})", definitions=("_timeout",)),
    },
    "allow_redirects": {"": KEEP},
    "proxies": {"none": DROP, "empty": DROP},
    "verify": {
        "none": DROP,
        "true": DROP,
        "false": Rule("ssl=False"),
        "flag": Rule("ssl={value}"),
        "text": Rule(_CA, imports=(Import("ssl"),)),
        "": Rule("ssl=_verified({value})", definitions=("_verified",)),
    },
    "cert": {
        "none": DROP,
        "text": Rule("ssl=_tls({value})", definitions=("_tls",)),
        "pair": Rule("ssl=_tls(*{value})", definitions=("_tls",)),
    },
    "stream": {"none": DROP, "true": DROP, "false": DROP},
    "hooks": {"none": DROP, "empty": DROP},
    "files": {
        "none": DROP,
        "": Rule(
            "data=_multipart({value})",
            residual="parts",
            definitions=("_multipart",),
            packages=("aiohttp>=3.14",),
        ),
    },
}

OTHERWISE = {
    "data": "`data` may be text, bytes, a file or a form here, and aiohttp treats each differently",
    "cookies": "`cookies` is not a plain dict here, and aiohttp takes no cookie jar of requests",
    "auth": "`auth` is more than a name and a password here, and aiohttp has no such objects",
    "proxies": "`proxies` holds one proxy per scheme, and aiohttp takes one for the call",
    "cert": "`cert` may be a path or a pair here, and aiohttp wants a context made of it",
    "stream": "`stream` is decided at run time, and an aiohttp response is always streamed",
    "hooks": "`hooks` has no equal in aiohttp",
    "timeout": "`timeout=0` is an error for requests, and no timeout for aiohttp",
    "headers": "`headers` holds what aiohttp refuses, or sends as other bytes than requests",
    "json": "`json` holds what is no number, which requests refuses and aiohttp sends",
    "files": "`files` holds headers of its own for a part",
    "params": "`params` cannot be sent by aiohttp",
}
"""Why an argument of another kind is refused."""

REFUSED_KINDS = {
    "timeout": frozenset({"zero"}),
    "headers": frozenset({"nothing in it", "bytes in it", "odd text in it"}),
    "json": frozenset({"no number in it"}),
    "files": frozenset({"headers in it"}),
}
"""Kinds that the fallback rule of a keyword does not cover."""

BASIC_AUTH = Rule(f"headers={{{{'Authorization': {_BASIC}}}}}", packages=("aiohttp>=3.14",))

RESIDUALS = {
    "resend": "aiohttp sends a {method} once more when the server drops the connection",
    "environment": "aiohttp reads neither proxies from the environment nor ~/.netrc",
    "netrc": "a host that is in ~/.netrc and gets an Authorization header is an error in aiohttp",
    "trust-store": "certificates are checked against the system's store, not the one of certifi",
    "user-agent": "the User-Agent sent is aiohttp's, not that of requests",
    "redirects": "a {method} that is redirected stays a {method}, where requests sends a GET",
    "empty-json": "`json()` of an empty answer is None, and an error in requests",
    "charset": "text without a charset is read as UTF-8, where requests guesses",
    "repeated-headers": "of a header that comes twice, aiohttp reads the first value only",
    "params": "`params` is of unknown type; `_pairs` makes of it what requests does",
    "json-none": "a `json` that is None is sent with a Content-Type, and without one by requests",
    "header-values": "a header that is `None` or bytes is an error in aiohttp",
    "cookie-values": "a cookie that is `None` is sent as text by aiohttp, and left out by requests",
    "parts": "aiohttp sends a Content-Type with each part of a form",
    "url": "aiohttp decodes some escapes in a query (`%2F`), which breaks a signed URL",
    "shared-cookies": "the calls share a session, so cookies of one answer go with the next call",
    "session-per-loop": "each event loop has a session of its own, with cookies of its own",
    "cookie-jar": "aiohttp keeps no cookies of a host that is given by its address",
    "query": "`params` are added to a query that the URL has, where httpx puts them in its place",
    "json-bytes": "JSON is sent with spaces between its parts, and text that is not ASCII escaped",
    "timeout-object": "a `timeout` that is an `httpx.Timeout` must be written by hand",
    "redirect-errors": "a redirect that is not followed is no error to `raise_for_status()`",
    "malformed": "a malformed answer is a `ClientResponseError`, and a `ConnectionError` before",
    "read-timeouts": "`ClientConnectionError` takes in read timeouts, requests' does not",
    "handler-order": "a connect timeout goes to the handler of timeouts, which must stand first",
    "messages": "the text of the exception that is shown or logged is another one",
    "chunks": "chunks come as the network brings them, at most as long as asked for",
    "answer-url": "a URL read back from an answer is normalised by aiohttp",
}
"""What may still differ, by the id that `accept-residual` takes; each a sentence to check."""

DEFINITIONS = {
    "_pairs": Definition(
        "_pairs",
        '''def _pairs(fields: Any) -> Any:
    """Fields of a query or a form as text, without those that are None."""
    if fields is None:
        return None
    if isinstance(fields, (str, bytes)):
        text = fields if isinstance(fields, str) else fields.decode()
        return parse_qsl(text, keep_blank_values=True)
    pairs = []
    for name, value in fields.items() if hasattr(fields, "items") else fields:
        if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            value = [value]
        present = [one for one in value if one is not None]
        pairs.append((name, [one.encode() if isinstance(one, str) else one for one in present]))
    return parse_qsl(urlencode(pairs, doseq=True), keep_blank_values=True)''',
        (
            Import("typing", "Any"),
            Import("urllib.parse", "parse_qsl"),
            Import("urllib.parse", "urlencode"),
        ),
    ),
    "_timeout": Definition(
        "_timeout",
        '''def _timeout(value: Any) -> aiohttp.ClientTimeout:
    """A timeout for connecting and for reading, or a pair of them."""
    connect, read = value if isinstance(value, tuple) else (value, value)
    return aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)''',
        (Import("typing", "Any"), Import("aiohttp")),
    ),
    "_tls": Definition(
        "_tls",
        '''def _tls(certificate: str, key: str | None = None) -> ssl.SSLContext:
    """A context that shows a client certificate."""
    context = ssl.create_default_context()
    context.load_cert_chain(certificate, key)
    return context''',
        (Import("ssl"),),
    ),
    "_trusted": Definition(
        "_trusted",
        '''def _trusted() -> ssl.SSLContext:
    """The certificates that requests trusts: those the environment names, or certifi's."""
    place = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if place and os.path.isdir(place):
        return ssl.create_default_context(capath=place)
    return ssl.create_default_context(cafile=place or certifi.where())''',
        (Import("os"), Import("ssl"), Import("certifi")),
    ),
    "_verified": Definition(
        "_verified",
        '''def _verified(verify: Any) -> Any:
    """What `ssl` is where `verify` is a flag, None, or the path of certificates to trust."""
    if not verify or not isinstance(verify, (str, os.PathLike)):
        return verify is None or bool(verify)
    if os.path.isdir(verify):
        return ssl.create_default_context(capath=verify)
    return ssl.create_default_context(cafile=verify)''',
        (Import("typing", "Any"), Import("os"), Import("ssl")),
    ),
    "_multipart": Definition(
        "_multipart",
        '''def _multipart(files: Any, data: Any = None) -> aiohttp.FormData:
    """A form of files and fields, in the order in which they would be listed."""
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, values in dict(data or {}).items():
        for value in values if isinstance(values, (list, tuple)) else [values]:
            if value is not None:
                form.add_field(name, value if isinstance(value, bytes) else str(value))
    for name, entry in files.items() if hasattr(files, "items") else files:
        given = entry if isinstance(entry, tuple) else (None, entry)
        filename = given[0] if isinstance(entry, tuple) else _file_name(entry) or name
        kind = given[2] if len(given) > 2 else None
        form.add_field(name, given[1], filename=filename, content_type=kind)
    return form''',
        (Import("typing", "Any"), Import("aiohttp")),
    ),
    "_file_name": Definition(
        "_file_name",
        '''def _file_name(file: Any) -> str | None:
    """The name of an open file, without its folder."""
    name = getattr(file, "name", None)
    return os.path.basename(name) if isinstance(name, str) and name[:1] != "<" else None''',
        (Import("typing", "Any"), Import("os")),
    ),
}
"""Helpers that a rewritten call may need."""
