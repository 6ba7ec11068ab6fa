"""What is known of one function: its calls, how their responses are held, and its handlers."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from lever_fix.domains.http.arguments import Decision
from lever_fix.domains.http.calls import HttpCall
from lever_fix.domains.http.errors import Handler
from lever_fix.domains.http.sessions import LocalSession
from lever_fix.domains.http.uses import Read
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
            (awaited, and the body read at once), `hoisted` (an `async with` above the
            statement), `inline` (awaited in place) or `discarded`.
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
    awaited: set[ast.AST] = field(default_factory=set)
    exact: bool = False
    library: Library = REQUESTS

    @property
    def waits_for_bad_json(self) -> bool:
        """True where a handler around calls of other functions takes bad JSON for an error."""
        return any(
            {"RequestException", "JSONDecodeError"} & {*map(str, handler.names)}
            and any(node in self.awaited for one in handler.around.body for node in ast.walk(one))
            for handler in self.handlers
        )
