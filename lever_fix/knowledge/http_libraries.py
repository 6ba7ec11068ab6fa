"""The libraries whose calls are rewritten, each with its tables."""

from __future__ import annotations

from lever_fix.knowledge import http_calls, http_exceptions, http_responses, httpx_facts
from lever_fix.knowledge.http_calls import METHODS, Rule
from lever_fix.knowledge.http_responses import Use
from lever_fix.model import Value


class Library(Value, frozen=True, kw_only=True):
    """What is known of one library.

    Attributes:
        name: The name it is imported by.
        functions: Functions that send a request, by dotted name.
        sessions: What makes a session whose methods block.
        clients: What makes a session whose methods are awaited.
        positional: Parameters that arguments without a name stand for, by method.
        session_positional: The same for the methods of a session.
        keywords: What becomes of each argument, by the kind of its value.
        otherwise: Why an argument of another kind is refused.
        refused_kinds: Kinds that the fallback rule of a keyword does not cover.
        attributes: Attributes of a response.
        methods: Methods of a response.
        exact: How JSON is read where an empty answer must be an error.
        refused: Attributes of a response that stop the rewrite, with words.
        truth: What the truth of a response is; None where it says nothing.
        exceptions: aiohttp's exceptions by the library's.
        homes: Modules that hold the library's exceptions.
        top_level: Exceptions that the library itself has.
        wider: What a handler takes in besides, by the exception it named.
        status_error: The exception that has a response for certain.
        follows: Whether redirects are followed where nobody says.
        redirect_argument: The argument that says so.
        most_redirects: For aiohttp, what stops where the library does.
        timeout: The argument of a session for calls without a timeout.
    """

    name: str
    functions: dict[str, str]
    sessions: frozenset[str]
    clients: frozenset[str]
    positional: dict[str, tuple[str, ...]]
    session_positional: dict[str, tuple[str, ...]]
    keywords: dict[str, dict[str, Rule]]
    otherwise: dict[str, str]
    refused_kinds: dict[str, frozenset[str]]
    attributes: dict[str, Use]
    methods: dict[str, Use]
    exact: Use
    refused: dict[str, str]
    truth: Use | None
    exceptions: dict[str, tuple[str, ...]]
    homes: tuple[str, ...]
    top_level: frozenset[str]
    wider: dict[str, str]
    status_error: str
    follows: bool
    redirect_argument: str
    most_redirects: str
    timeout: str
    encoding: str

    # The tables are dictionaries, and one library is like no other.
    __hash__ = object.__hash__


REQUESTS = Library(
    name="requests",
    functions={
        f"{home}.{name}": name
        for home in ("requests", "requests.api")
        for name in (*METHODS, "request")
    },
    sessions=frozenset(
        f"requests.{name}"
        for name in ("Session", "session", "sessions.Session", "sessions.session")
    ),
    clients=frozenset(),
    positional=http_calls.POSITIONAL,
    session_positional=http_calls.SESSION_POSITIONAL,
    keywords=http_calls.KEYWORDS,
    otherwise=http_calls.OTHERWISE,
    refused_kinds=http_calls.REFUSED_KINDS,
    attributes=http_responses.ATTRIBUTES,
    methods=http_responses.METHODS,
    exact=http_responses.EXACT_JSON,
    refused=http_responses.REFUSED,
    truth=http_responses.ATTRIBUTES["ok"],
    exceptions=http_exceptions.EXCEPTIONS,
    homes=("requests.exceptions", "requests"),
    top_level=http_exceptions.TOP_LEVEL,
    wider=http_exceptions.RESIDUALS,
    status_error="HTTPError",
    follows=True,
    redirect_argument="allow_redirects",
    most_redirects="max_redirects=31",
    timeout="timeout=aiohttp.ClientTimeout(total=None)",
    encoding=', encoding="latin1"',
)

HTTPX = Library(
    name="httpx",
    functions={f"httpx.{name}": name for name in (*METHODS, "request")},
    sessions=frozenset({"httpx.Client"}),
    clients=frozenset({"httpx.AsyncClient"}),
    positional=httpx_facts.POSITIONAL,
    session_positional=httpx_facts.POSITIONAL,
    keywords=httpx_facts.KEYWORDS,
    otherwise=httpx_facts.OTHERWISE,
    refused_kinds=http_calls.REFUSED_KINDS,
    attributes=httpx_facts.ATTRIBUTES,
    methods=httpx_facts.METHODS,
    exact=httpx_facts.EXACT_JSON,
    refused=httpx_facts.REFUSED,
    truth=None,
    exceptions=httpx_facts.EXCEPTIONS,
    homes=("httpx",),
    top_level=frozenset(httpx_facts.EXCEPTIONS),
    wider={},
    status_error="HTTPStatusError",
    follows=False,
    redirect_argument="follow_redirects",
    most_redirects="max_redirects=21",
    timeout="timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5)",
    encoding="",
)
