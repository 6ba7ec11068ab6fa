"""Responses that go from function to function: returned by one, handed to another.

aiohttp's response is another thing than that of requests, so everybody who gets one has to be
rewritten with the call that makes it.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from lever_fix.domains.colour.receivers import class_of
from lever_fix.domains.colour.sites import symbol_of
from lever_fix.domains.http.calls import own_nodes
from lever_fix.domains.http.uses import Hand
from lever_fix.index.index import Index, Symbol
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import FunctionNode, scopes


@dataclass
class Flow:
    """The functions that responses come out of and go into.

    Attributes:
        index: The project.
        returns: Functions that return a response.
        takes: Parameters that hold one, by function.
        gets: The functions that return one to each function.
    """

    index: Index
    returns: set[Symbol] = field(default_factory=set)
    takes: dict[Symbol, set[str]] = field(default_factory=dict)
    gets: dict[Symbol, set[Symbol]] = field(default_factory=dict)

    @property
    def concerned(self) -> set[Symbol]:
        """Every function that has to do with a response of another one."""
        return {*self.returns, *self.takes, *self.gets}

    def role(self, symbol: Symbol) -> Hashable:
        """What a function has to do with responses of others."""
        takes, gets = self.takes.get(symbol, ()), self.gets.get(symbol, ())
        return symbol, frozenset(takes), frozenset(gets)

    def parameters(self, module: Module, function: FunctionNode) -> set[str]:
        """The parameters of a function that hold a response."""
        return self.takes.get(symbol_of(module, function), set()) if self.takes else set()

    def gives(self, module: Module, call: ast.Call) -> bool:
        """Whether a call is one of a function that returns a response."""
        return bool(self.returns) and self.callee(module, call) in self.returns

    def given_calls(self, module: Module, function: FunctionNode) -> Iterator[ast.Call]:
        """The calls in a function that a response comes of, of functions of the project."""
        gets = bool(self.gets) and symbol_of(module, function) in self.gets
        for node in own_nodes(function) if gets else ():
            if isinstance(node, ast.Call) and self.gives(module, node):
                yield node

    def always(self, module: Module, call: ast.Call) -> bool:
        """Whether a call surely comes to a response, and never to None."""
        callee = self.callee(module, call)
        node = self.index.node(callee) if callee else None
        if not isinstance(node, FunctionNode):
            return False
        ends = [one for one in own_nodes(node) if isinstance(one, ast.Return)]
        return isinstance(node.body[-1], ast.Return | ast.Raise) and not any(
            one.value is None or isinstance(one.value, ast.Constant) for one in ends
        )

    def callee(self, module: Module, call: ast.Call) -> Symbol | None:
        """The function of the project that a call is of, where that is known for certain."""
        func = call.func
        found = self.index.symbol(module, func)
        if found is None and isinstance(func, ast.Attribute):
            owner = self._owner(module, func.value)
            found = self.index.member(owner, func.attr) if owner else None
        return found if found is not None and self.index.function(found) is not None else None

    def _owner(self, module: Module, node: ast.expr) -> Symbol | None:
        """The class of what a method is called on."""
        if isinstance(node, ast.Name) and node.id in ("self", "cls"):
            around = scopes(module).function_of(node)
            symbol = symbol_of(module, around) if isinstance(around, FunctionNode) else None
            facts = self.index.function(symbol) if symbol else None
            return Symbol(module.path, facts.in_class) if facts and facts.in_class else None
        owner = class_of(self.index, module, node)
        return owner if isinstance(owner, Symbol) else None

    def hand(self, module: Module, node: ast.expr) -> Hand | None:
        """Where a response goes as a whole, if that is to a function that can be rewritten."""
        known = scopes(module)
        above = known.parent(node)
        if isinstance(above, ast.Return):
            return Hand(node)
        name = above.arg if isinstance(above, ast.keyword) else ""
        call = known.parent(above) if isinstance(above, ast.keyword) else above
        if not isinstance(call, ast.Call) or node is call.func:
            return None
        callee = self.callee(module, call)
        if callee is None or any(isinstance(one, ast.Starred) for one in call.args):
            return None
        parameter = self._parameter(callee, call, node, name or "")
        start = module.span(call.func).start
        return Hand(node, call, callee, parameter, start) if parameter else None

    def _parameter(self, callee: Symbol, call: ast.Call, node: ast.expr, name: str) -> str:
        """The parameter that an argument is for; empty where it has none of its own."""
        facts = self.index.function(callee)
        assert facts is not None
        plain = [one for one in facts.parameters if one.kind.startswith("positional")]
        if facts.in_class and not {"staticmethod", "builtins.staticmethod"} & {*facts.decorators}:
            plain = plain[1:]
        if name:
            named = [one.name for one in facts.parameters if "star" not in one.kind]
            return name if name in named else ""
        place = next(number for number, one in enumerate(call.args) if one is node)
        return plain[place].name if place < len(plain) else ""
