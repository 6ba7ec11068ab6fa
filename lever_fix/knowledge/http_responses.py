"""What each use of a response of `requests` is for aiohttp.

The order of the tables is of no meaning. `{r}` stands for the response.
"""

from __future__ import annotations

from lever_fix.model import Import, Value


class Use(Value, frozen=True, omit_defaults=True):
    """What an attribute or a method call of a response becomes.

    `text` is what stands for `response.attribute` (or the whole call, for a method). `body` is
    True where the body is read; `awaited` where `await` goes before it; `exact` where the text is a
    call of `json.loads`, which takes the arguments of the old call.
    """

    text: str
    awaited: bool = False
    body: bool = False
    exact: bool = False
    residual: str = ""
    imports: tuple[Import, ...] = ()


ATTRIBUTES: dict[str, Use] = {
    "status_code": Use("{r}.status"),
    "ok": Use("{r}.ok"),
    "reason": Use("{r}.reason"),
    "headers": Use("{r}.headers", residual="repeated-headers"),
    "text": Use('{r}.text(errors="replace")', awaited=True, body=True, residual="charset"),
    "content": Use("{r}.read()", awaited=True, body=True),
    "url": Use("str({r}.url)", residual="answer-url"),
}
METHODS: dict[str, Use] = {
    "json": Use("{r}.json(content_type=None)", awaited=True, body=True, residual="empty-json"),
    "raise_for_status": Use("{r}.raise_for_status()"),
    "close": Use("{r}.release()"),
}
EXACT_JSON = Use("json.loads(await {r}.text())", body=True, exact=True, imports=(Import("json"),))
"""An empty answer is an error here, as it is for requests."""

REFUSED: dict[str, str] = {
    "elapsed": "`elapsed` has no equal in aiohttp; time the call with `time.perf_counter()`",
    "raw": "`raw` is the undecoded body, which aiohttp does not give",
    "next": "`next` has no equal in aiohttp",
    "is_redirect": "`is_redirect` has no equal in aiohttp",
    "is_permanent_redirect": "`is_permanent_redirect` has no equal in aiohttp",
    "request": "`request` is the request as sent, which aiohttp does not keep",
    "connection": "`connection` means something else in aiohttp",
    "encoding": "`encoding` decides how `text` is decoded, and cannot be set in aiohttp",
    "apparent_encoding": "`apparent_encoding` has no equal in aiohttp",
    "history": "the bodies of `history` cannot be read in aiohttp",
    "cookies": "`cookies` holds `Morsel`s in aiohttp, not texts",
    "links": "`links` holds URLs of another type in aiohttp",
    "iter_lines": "`iter_lines` splits at other line ends than aiohttp does",
}
"""Attributes that stop the rewrite, with the words of the refusal."""
