"""One function of a file, parsed without the rest: most of a large file is never asked for."""

from __future__ import annotations

import ast
from functools import cached_property

from lever_fix.errors import SourceError
from lever_fix.model import Value
from lever_fix.semantics.module import Module, Outer, parse
from lever_fix.semantics.scope_model import FunctionNode, Scope
from lever_fix.semantics.scopes import scopes
from lever_fix.sources import SourceFile


class Part(Value, frozen=True, array_like=True):
    """A function of a file that stands in no other one, and all that stands in it.

    Attributes:
        name: Its qualified name.
        first: Its first line, a decorator's where it has one.
        last: Its last line.
    """

    name: str
    first: int
    last: int


class Excerpt(Module):
    """A module of which one part is parsed; its nodes stand where they do in the file.

    `text` is that of the part alone. What the names around it stand for is known from elsewhere,
    so that a name means what it does in the whole module. Not so for what the body of a class
    binds, which only the annotations, defaults and decorators of a method could see, and for the
    type parameters of a class, which stand for nothing anyway.

    Args:
        source: The file.
        name: The dotted name of the module.
        part: The part of it.
        outer: What the top level of the module binds.
    """

    def __init__(self, source: SourceFile, name: str, part: Part, outer: Outer) -> None:
        super().__init__(source, name)
        self.part = part
        self.outer = outer
        starts = source.line_starts
        end = starts[part.last] if part.last < len(starts) else len(source.text)
        self.text = self.view = source.text[starts[part.first - 1] : end]

    @cached_property
    def tree(self) -> ast.Module:
        """The part, inside the classes that it stands in.

        Raises:
            SourceError: It does not parse alone, or is no function.
        """
        above = self.part.first - 1
        is_indented = self.text[:1] in (b" ", b"\t", b"\f")
        lead = b"\n" * (above - 1) + b"if 1:\n" if is_indented else b"\n" * above
        body = parse(self.path, lead + self.text).body
        if is_indented and body and isinstance(body[0], ast.If):
            body = body[0].body
        if len(body) != 1 or not isinstance(body[0], FunctionNode):
            raise SourceError(f"{self.path}:{above + 1}: no function alone", "read the whole file")
        for name in reversed(self.part.name.split(".")[:-1]):
            body = [ast.ClassDef(name, bases=[], keywords=[], body=body, decorator_list=[])]
        return ast.Module(body, type_ignores=[])


def part_around(scope: Scope) -> Part:
    """The part of a module that holds a function: the outermost function around it, or itself."""
    outermost, around = scope, scope.parent
    while around is not None:
        if around.kind == "function":
            outermost = around
        around = around.parent
    node = outermost.node
    assert isinstance(node, FunctionNode)
    return Part(outermost.qualified_name, first_line(node), node.end_lineno or node.lineno)


def first_line(node: FunctionNode) -> int:
    """The line that a function begins on: that of its first decorator, where it has one."""
    return node.decorator_list[0].lineno if node.decorator_list else node.lineno


def function_at(module: Module, line: int) -> tuple[Scope, FunctionNode] | None:
    """The function whose `def` stands on a line, and its scope.

    Raises:
        SourceError: The module does not parse.
    """
    for scope in functions(module):
        node = scope.node
        assert isinstance(node, FunctionNode)
        if node.lineno == line:
            return scope, node
    return None


def functions(module: Module) -> list[Scope]:
    """The scopes of the functions of a module, outer ones first.

    Raises:
        SourceError: It does not parse.
    """
    every = scopes(module).every
    return [one for one in every if one.kind == "function" and isinstance(one.node, FunctionNode)]
