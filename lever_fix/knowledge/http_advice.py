"""What somebody can do about a refusal, by its code."""

from __future__ import annotations

_PUBLIC = '`public-api = "rewrite"` in the configuration turns it all the same'

ADVICE: dict[str, str] = {
    "auth-argument": "pass a name and a password, and headers that are a literal",
    "data-argument": "annotate it, or write it where it is sent",
    "dunder": "send in a method that its users can await",
    "error-response": "read the answer before `raise_for_status()`",
    "generator": "return a list, or write an async generator by hand",
    "handed-on": "call it there in an `async def`, or hand on what starts a loop for it",
    "handler-order": "handle timeouts first",
    "mixed-errors": "handle the errors of each in a `try` of its own",
    "mocked-in-tests": "let the tests send to a server, such as `aiohttp.test_utils.TestServer`",
    "nested-function": "move it out of the function",
    "nested-loop": "start one loop, further up",
    "no-await-here": "a loop or a list comprehension can await",
    "no-callers": _PUBLIC,
    "override": "turn all that have the method together, by hand",
    "proxies-argument": "write the proxies as a literal, and the scheme of the URL as text",
    "public-api": _PUBLIC,
    "requests-object": "keep it out of the functions that send",
    "response-escapes": "read what is wanted (`.json()`, `.text`) where the call is, and pass that",
    "response-rebound": "give each thing a name of its own",
    "stream-argument": "pass True or False",
    "unknown-arguments": "name the arguments in the call",
    "unknown-receiver": "annotate what it is called on",
}
"""By code; where nothing helps in a few words, nothing is said."""
