"""Sessions that are as near to those of requests as aiohttp's public API can bring them.

Proxies and passwords are read from the environment, cookies are kept and sent as they are, and
certificates are checked against those that requests trusts. What is left is named in the finding,
and accepted by whoever asks for this.
"""

from __future__ import annotations

from collections.abc import Iterable

from lever_fix.domains.http.sites import Site
from lever_fix.knowledge.http_calls import DEFINITIONS
from lever_fix.model import Definition

EQUAL = frozenset({"cookie-jar", "empty-json", "trust-store"})
"""Differences that such a session, and how its answers are read, takes away."""
ACCEPTED = {
    "resend": "a {method} is sent once more when the server drops the connection",
    "user-agent": "the User-Agent is aiohttp's",
    "environment": "ALL_PROXY and ranges of addresses in NO_PROXY are not read",
}
"""Differences that no session takes away, as whoever asks for strict parity accepts them."""
ONLY = frozenset({"netrc"})
"""Differences that come of such a session."""
_PACKAGES = ("certifi",)


def session_arguments(sites: Iterable[Site]) -> list[str]:
    """The arguments of such a session."""
    given = [
        "trust_env=True",
        "cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False)",
    ]
    if _is_checked(sites):
        given.append("connector=aiohttp.TCPConnector(ssl=_trusted())")
    return given


def session_needs(sites: Iterable[Site]) -> tuple[tuple[Definition, ...], tuple[str, ...]]:
    """The definitions and the packages that such a session asks for."""
    return ((DEFINITIONS["_trusted"],), _PACKAGES) if _is_checked(sites) else ((), ())


def _is_checked(sites: Iterable[Site]) -> bool:
    """True where the certificate of a server may be checked for one of the calls."""
    return any("trust-store" in site.decision.residuals for site in sites)


def accepted(residuals: Iterable[str]) -> str:
    """What is accepted for a plan, to be said behind its message; empty for nothing."""
    found: dict[str, None] = {}
    for residual in residuals:
        name, _, verb = residual.partition(":")
        if name in ACCEPTED:
            found[ACCEPTED[name].format(method=verb.upper() or "request")] = None
    return f'; accepted by `parity = "strict"`: {", ".join(found)}' if found else ""
