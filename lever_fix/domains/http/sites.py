"""What is known of one function: its calls, how their responses are held, and its handlers."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lever_fix.domains.http.arguments import Decision
from lever_fix.domains.http.calls import HttpCall
from lever_fix.domains.http.errors import Handler
from lever_fix.domains.http.sessions import LocalSession
from lever_fix.domains.http.uses import Hand, Read
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.semantics.scopes import FunctionNode


@dataclass
class Site:
    """One call and how its response is held.

    Attributes:
        call: The call.
        decision: What becomes of its arguments.
        statement: The statement it stands in.
        form: `with` (there is one already), `block` (an `async with` around the uses), `read`
            (awaited, and the body read at once), `drawn` (the same, above the statement),
            `hoisted` (an `async with` above the statement), `inline` (awaited in place) or
            `discarded`.
        name: The name that holds the response, or is to hold it.
        last: The last statement of the block.
        reads: The uses of a response without a name.
        eager: True where the body is to be read at the start of the block.
        body: The name that the bytes of the body get, where they outlive the response.
    """

    call: HttpCall
    decision: Decision
    statement: ast.stmt
    form: str
    name: str = ""
    last: ast.stmt | None = None
    reads: list[Read] = field(default_factory=list)
    eager: bool = False
    body: str = ""


@dataclass
class Given:
    """A call of a function of the project that a response comes of.

    Attributes:
        node: The call.
        statement: The statement it stands in.
        name: The name that holds the response; empty for none.
        reads: The uses of a response without a name.
    """

    node: ast.Call
    statement: ast.stmt
    name: str = ""
    reads: list[Read] = field(default_factory=list)


@dataclass
class Study:
    """What is decided about a function.

    Attributes:
        function: The function.
        sites: Its calls.
        reads: The uses of names that hold responses.
        handlers: Its handlers of exceptions of requests.
        named: Exceptions of requests named elsewhere in it.
        responses: The name of the response that `error.response` stands for, by `try`.
        sessions: The sessions it makes.
        given: Calls of functions of the project that responses come of.
        types: Annotations that name the response of the library.
        careful: Names that hold None at times, and a response at others.
        awaited: Calls whose errors become those of aiohttp besides its own.
        exact: True where an empty answer must be bad JSON.
        library: The library of its calls.
    """

    function: FunctionNode
    sites: list[Site] = field(default_factory=list)
    reads: dict[str, list[Read]] = field(default_factory=dict)
    handlers: list[Handler] = field(default_factory=list)
    named: list[tuple[ast.expr, str]] = field(default_factory=list)
    responses: dict[ast.Try, str] = field(default_factory=dict)
    sessions: list[LocalSession] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    types: list[ast.expr] = field(default_factory=list)
    careful: set[str] = field(default_factory=set)
    awaited: set[ast.AST] = field(default_factory=set)
    exact: bool = False
    library: Library = REQUESTS

    @property
    def every_read(self) -> list[Read]:
        """The uses of all responses, those with a name first."""
        found = [one for reads in self.reads.values() for one in reads]
        found += [one for site in self.sites for one in site.reads]
        return found + [one for call in self.given for one in call.reads]

    @property
    def hands(self) -> list[Hand]:
        """Where responses go as a whole."""
        return [one.hand for one in self.every_read if one.hand is not None]

    @property
    def waits(self) -> bool:
        """True where the function itself has something to await."""
        return bool(self.sites or self.given) or any(one.waits for one in self.every_read)

    @property
    def waits_for_bad_json(self) -> bool:
        """True where a handler around calls of other functions takes bad JSON for an error."""
        return any(
            {"RequestException", "JSONDecodeError"} & {*map(str, handler.names)}
            and any(node in self.awaited for one in handler.around.body for node in ast.walk(one))
            for handler in self.handlers
        )
