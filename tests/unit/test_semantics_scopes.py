"""Scopes and bindings: against CPython's own symbol table, and on the cases that trip people."""

import ast
import random
import symtable
import sysconfig
from pathlib import Path

import pytest

from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import scopes
from lever_fix.sources import decode

STDLIB = Path(sysconfig.get_path("stdlib"))
SAMPLE = random.Random(7).sample(sorted(STDLIB.glob("*.py")), 60)


def module_of(text: str) -> Module:
    return Module(decode("module.py", text.encode()))


def read(text: str, name: str, at: int = -1) -> ast.Name:
    """One of the places of a module that load a name, the last one by default."""
    module = module_of(text)
    loads = [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    loads.sort(key=lambda node: (node.lineno, node.col_offset))
    return loads[at], scopes(module)


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_agrees_with_the_symbol_table(path):
    module = Module(decode(path.name, path.read_bytes()))
    mine = scopes(module)
    pending = [(symtable.symtable(module.text.decode(), path.name, "exec"), mine.top)]
    met = 0
    while pending:
        table, scope = pending.pop()
        met += 1
        bound = {
            symbol.get_name()
            for symbol in table.get_symbols()
            if (symbol.is_assigned() or symbol.is_parameter() or symbol.is_imported())
            and not symbol.get_name().startswith(".")
            and (table.get_type() == "module" or symbol.is_local())
        }
        own = set(scope.names) - {"*"}
        if table.get_type() == "module":
            assert bound <= own  # `global` statements of functions bind here, too
        else:
            unmangled = {name.removeprefix(f"_{_class_of(scope)}") for name in bound}
            deleted = {
                name for name in own if {type(node) for node in scope.names[name]} == {ast.Name}
            }
            assert unmangled <= own <= unmangled | deleted, (scope.qualified_name, own ^ unmangled)
        children = [inner for inner in mine.every if inner.parent is scope]
        tables = table.get_children()
        children.sort(key=lambda inner: (inner.node.lineno, inner.name))
        tables.sort(key=lambda inner: (inner.get_lineno(), _own_name(inner)))
        assert [(c.node.lineno, c.name) for c in children] == [
            (t.get_lineno(), _own_name(t)) for t in tables
        ]
        pending += zip(tables, children, strict=True)
    assert met == len(mine.every)


def _class_of(scope) -> str:
    while scope is not None and scope.kind != "class":
        scope = scope.parent
    return scope.name.lstrip("_") if scope else "\0"


def _own_name(table) -> str:
    inline = ("lambda", "genexpr", "listcomp", "setcomp", "dictcomp")
    return "" if table.get_name() in inline else table.get_name()


@pytest.mark.parametrize(
    ("text", "kind", "owner"),
    [
        ("x = 1\ndef f():\n    return x", "module", ""),
        ("x = 1\ndef f():\n    x = 2\n    return x", "function", "f"),
        ("x = 1\nclass C:\n    x = 2\n    def f(self):\n        return x", "module", ""),
        ("class C:\n    x = 2\n    y = x", "class", "C"),
        ("x = 1\nclass C:\n    x = [2]\n    y = [a for a in x]", "class", "C"),
        ("x = 1\nclass C:\n    x = 2\n    y = [x for a in ()]", "module", ""),
        ("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = x", "function", "f"),
        ("def f():\n    global x\n    x = 1\n    return x", "module", ""),
        ("def f(x):\n    return lambda: x", "function", "f"),
        ("def f(x):\n    return lambda x: x", "lambda", "f"),
        ("x = 1\ndef f(a=x, x=2): pass", "module", ""),
        ("def f():\n    [x := a for a in ()]\n    return x", "function", "f"),
        ("def f():\n    return [x for x in ()]", "comprehension", "f"),
        ("x = ()\ndef f():\n    return [a for a in x for x in a]", "module", ""),
        ("def f():\n    for x in (): pass\n    print(x)", "function", "f"),
        ("match v:\n    case {'a': 1, **x}: print(x)", "module", ""),
        ("match v:\n    case [1, *x]: print(x)", "module", ""),
        ("try: pass\nexcept E as x: print(x)", "module", ""),
        ("def f():\n    def g(): return x\n    x = 1", "function", "f"),
        ("def f(y: x): x = 1", None, ""),
        ("print(x)", None, ""),
    ],
)  # fmt: skip
def test_resolve(text, kind, owner):
    name, found = read(text, "x")
    scope = found.resolve(name)
    assert (scope.kind if scope else None, scope.qualified_name if scope else "") == (kind, owner)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("import x", ["import"]),
        ("import x.y", ["import"]),
        ("from y import x", ["import"]),
        ("try:\n    import x\nexcept ImportError:\n    x = None", ["import", "assign"]),
        ("x: int", ["annotation"]),
        ("x: int = 1", ["assign"]),
        ("x += 1", ["augmented"]),
        ("a, (x, b) = c", ["assign"]),
        ("for a, x in b: pass", ["for"]),
        ("with a as (x, b): pass", ["with"]),
        ("(x := 1)", ["walrus"]),
        ("del x", ["delete"]),
        ("def x(): pass", ["def"]),
        ("class x: pass", ["class"]),
        ("match a:\n    case x: pass", ["match"]),
        ("try: pass\nexcept E as x: pass", ["except"]),
        ("def f():\n    global x\n    x = 1", ["assign"]),
    ],
)
def test_kinds(text, kinds):
    name, found = read(f"{text}\nprint(x)", "x")
    assert [binding.kind for binding in found.bindings(name)] == kinds


def test_where_a_node_stands():
    name, found = read("class C:\n    async def f(self):\n        return [x for a in b]\n", "x")
    assert found.scope_of(name).kind == "comprehension"
    assert found.function_of(name).name == "f"
    assert found.statement(name).__class__ is ast.Return
    assert [type(node).__name__ for node in found.ancestors(name)] == [
        "ListComp", "Return", "AsyncFunctionDef", "ClassDef", "Module",
    ]  # fmt: skip


def test_code_of_a_class_body_runs_on_import():
    name, found = read("class C:\n    y = x\n", "x")
    assert found.function_of(name) is None


def test_decorators_and_defaults_stand_outside_the_function():
    for text in (
        "@x\ndef f(): pass",
        "def f(a=x): pass",
        "def f(a: x): pass",
        "def f() -> x: pass",
    ):
        name, found = read(text, "x")
        assert found.scope_of(name) is found.top
