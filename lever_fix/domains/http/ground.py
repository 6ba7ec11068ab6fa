"""What the plans of a run stand on: the project, the settings, and sessions made on import."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from lever_fix.domains.colour.plan import Barrier, Turning
from lever_fix.domains.colour.write import calls_by_function
from lever_fix.domains.http.calls import NOTHING, Blocked, HttpCall, http_calls
from lever_fix.domains.http.errors import names_errors
from lever_fix.domains.http.findings import HttpOptions
from lever_fix.domains.http.flow import Flow
from lever_fix.domains.http.followed import given_up
from lever_fix.domains.http.owners import Owner, owner_of
from lever_fix.domains.http.shared import Shared, find_shared, receivers_in
from lever_fix.domains.http.sites import Study
from lever_fix.domains.http.study import study
from lever_fix.index.index import Index, Symbol
from lever_fix.knowledge.http_libraries import REQUESTS, Library
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode


@dataclass
class Studied:
    """A function of a plan, and what is decided about it."""

    module: Module
    symbol: Symbol
    study: Study


@dataclass
class Ground:
    """What is the same for every plan of a run.

    Attributes:
        index: The project.
        library: The library whose calls are rewritten.
        options: The settings of the codemod.
        shared: Sessions made on import that become one for each event loop.
        fixed: Why others do not, by file.
        left: Functions whose responses go to others, and that stay as they are, with the reason.
        flow: The functions that responses come out of and go into.
    """

    index: Index
    library: Library
    options: HttpOptions
    shared: dict[Symbol, Shared] = field(default_factory=dict)
    fixed: dict[str, Barrier] = field(default_factory=dict)
    left: dict[Symbol, Barrier] = field(default_factory=dict)
    flow: Flow = field(init=False)
    _studies: dict[Hashable, Study | Blocked | None] = field(default_factory=dict)
    _given: dict[str, Mapping[tuple[int, int], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with no function known to give or take a response."""
        self.restart()

    @property
    def strict(self) -> bool:
        """Whether sessions are to be as near to those of requests as they can."""
        return self.options.parity == "strict"

    def share(self, symbols: Iterable[Symbol]) -> None:
        """Look at sessions that are made on import."""
        for symbol in symbols:
            found = find_shared(self.index, symbol)
            if isinstance(found, Shared):
                self.shared[symbol] = found
            else:
                self.fixed[symbol.path] = found

    def beside(self, symbol: Symbol) -> list[Symbol]:
        """The functions that send on the same session made on import."""
        together = [one.users for one in self.shared.values() if symbol in one.users]
        return [one for users in together for one in users if one != symbol]

    def given(self, path: str) -> Mapping[tuple[int, int], str]:
        """What gives the sessions made on import, where a file names them."""
        if not self.shared:
            return NOTHING
        if path not in self._given:
            self._given[path] = receivers_in(self.shared.values(), path)
        return self._given[path]

    def calls(self, module: Module, function: FunctionNode) -> list[HttpCall | Blocked]:
        """The calls in a function that send requests."""
        return http_calls(module, function, self.library, self.given(module.path))

    def study(
        self,
        module: Module,
        function: FunctionNode,
        awaited: frozenset[ast.AST] = frozenset(),
        exact: bool = False,
    ) -> Study | Blocked:
        """What becomes of a function, or what stops all of it."""
        given, flow = self.given(module.path), self.flow if self.library is REQUESTS else None
        return study(module, function, awaited, exact, self.library, given, flow)

    def restart(self) -> Flow:
        """Forget what is known of the ways of responses, which are to be found."""
        self.flow = Flow(self.index)
        return self.flow

    def study_of(self, symbol: Symbol) -> Study | Blocked | None:
        """What becomes of a function by itself; None where it has to do with no response."""
        role = self.flow.role(symbol)
        if role not in self._studies:
            self._studies[role] = self._study_of(symbol)
        return self._studies[role]

    def _study_of(self, symbol: Symbol) -> Study | Blocked | None:
        module, node = self.index.module(symbol.path), self.index.node(symbol)
        if module is None or not isinstance(node, FunctionNode):
            return None
        flow = self.flow
        concerned = symbol in flow.takes or bool(self.calls(module, node)) or symbol in flow.gets
        return self.study(module, node) if concerned else None

    def hands_on(self, symbol: Symbol) -> bool:
        """Whether a response of a function goes to another one."""
        found = self.study_of(symbol)
        return isinstance(found, Study) and bool(found.hands)

    def waits(self, symbol: Symbol) -> bool:
        """Whether what is rewritten in a function has to be awaited."""
        found = self.study_of(symbol)
        return isinstance(found, Study) and found.waits

    def refuses(self, symbol: Symbol) -> Blocked | None:
        """Why the calls of a function itself cannot be rewritten."""
        index = self.index
        module, node = index.module(symbol.path), index.node(symbol)
        if module is None or not isinstance(node, FunctionNode):
            return None
        if symbol in self.left:
            return self.left[symbol].blocked
        owner = owner_of(index, symbol) if self.library is REQUESTS else None
        if isinstance(owner, Blocked):
            return owner
        found = self.study_of(symbol)
        if not isinstance(found, Blocked):
            return None
        barrier = self.fixed.get(symbol.path) if found.code == "module-session" else None
        if barrier is None:
            return found
        line = getattr(barrier.blocked.node, "lineno", 0)
        place = f"{barrier.path}:{line}" if line else barrier.path
        return Blocked(barrier.blocked.code, f"{barrier.blocked.words}, in {place}", found.node)

    def together(self, symbol: Symbol) -> tuple[Symbol, list[Symbol]] | None:
        """The class of a method that keeps a session, and the methods that share it."""
        owner = owner_of(self.index, symbol) if self.library is REQUESTS else None
        return (owner.symbol, owner.methods) if isinstance(owner, Owner) else None

    def studied(self, turnings: list[Turning], exact: bool = False) -> list[Studied] | Barrier:
        """What becomes of each function of a plan."""
        found: list[Studied] = []
        plan = {one.symbol for one in turnings}
        for symbol, calls in calls_by_function(turnings).items():
            module, node = self.index.module(symbol.path), self.index.node(symbol)
            assert module is not None
            assert isinstance(node, FunctionNode)
            # A test that stays keeps the requests that it sends itself.
            if symbol not in plan and self.calls(module, node):
                if names_errors(module, node, self.library):
                    words = f"`{symbol.name}` sends requests itself, and cannot be an async test"
                    place = f"{symbol.path}:{symbol.name}"
                    return Barrier(Blocked("test", words, node), symbol.path, ("", place))
                continue
            one = self.study(module, node, frozenset(calls), exact)
            if isinstance(one, Blocked):
                return Barrier(one, symbol.path, (f"{symbol.path}:{symbol.name}",))
            found.append(Studied(module, symbol, one))
        late = given_up([(one.module, one.study) for one in found])
        if late is not None:
            words = "aiohttp may have given the bytes of the body up, and they are read here"
            blocked, path = Blocked("response-escapes", words, late[1].whole), late[0].path
            return Barrier(blocked, path, ("", path))
        return found
