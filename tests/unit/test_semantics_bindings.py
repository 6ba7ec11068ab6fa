"""Which scopes bind a name: the quick look at the text against CPython's own symbol table."""

import random
import re
import symtable
import sysconfig
from pathlib import Path

import pytest

from lever_fix.semantics import bindings as under_test
from lever_fix.semantics.bindings import MODULE, bindings, shadowed
from lever_fix.semantics.module import Module
from lever_fix.sources import decode

STDLIB = Path(sysconfig.get_path("stdlib"))
SAMPLE = random.Random(21).sample(sorted(STDLIB.glob("*.py")), 40)
may_be_bound = getattr(under_test, "may_be_bound", None) or under_test._may_be_bound

BINDING = {
    "assignment": "name = 1",
    "annotated": "name: int = 1",
    "augmented": "name += 1",
    "tuple": "a, name = 1, 2",
    "tuple-first": "name, a = 1, 2",
    "parenthesised": "(a, name) = 1, 2",
    "list": "[name] = (1,)",
    "starred": "a, *name = 1, 2",
    "chained": "a = name = 1",
    "for": "for name in (): pass",
    "for-tuple": "for a, name in (): pass",
    "for-over-lines": "for (\n    name\n) in (): pass",
    "with": "with a as name: pass",
    "with-tuple": "with a as (b, name): pass",
    "with-list": "with (\n    a as b,\n    c as name,\n): pass",
    "except": "try: pass\nexcept E as name: pass",
    "def": "def name(): pass",
    "async-def": "async def name(): pass",
    "class": "class name: pass",
    "class-with-base": "class name(A): pass",
    "parameter": "def f(name): pass",
    "second-parameter": "def f(a, name=1): pass",
    "annotated-parameter": "def f(a: int, name: str): pass",
    "star": "def f(*name): pass",
    "star-star": "def f(**name): pass",
    "keyword-only": "def f(*, name): pass",
    "positional-only": "def f(name, /): pass",
    "parameter-over-lines": "def f(\n    a,\n    name,\n): pass",
    "lambda": "f = lambda name: 1",
    "lambda-second": "f = lambda a, name=1: 1",
    "lambda-star": "f = lambda *name: 1",
    "lambda-in-a-call": "f(key=lambda name: 1)",
    "comprehension": "[a for name in b]",
    "comprehension-tuple": "[a for a, name in b]",
    "generator": "f(a for name in b)",
    "walrus": "if (name := 1): pass",
    "walrus-in-a-call": "f(name := 1)",
    "walrus-in-brackets": "x[name := 1]",
    "global": "def f():\n    global name\n    name = 1",
    "match-capture": "match x:\n    case name: pass",
    "match-as": "match x:\n    case 1 as name: pass",
    "match-star": "match x:\n    case [1, *name]: pass",
    "match-rest": "match x:\n    case {'a': 1, **name}: pass",
    "match-in-a-class": "match x:\n    case A(b=name): pass",
    "match-or": "match x:\n    case [name] | (name, _): pass",
    "delete": "del name",
    "semicolon": "a = 1; name = 2",
    "behind-a-colon": "if a: name = 1",
    "tab-before-equal": "name\t= 1",
    "backslash-before-equal": "name \\\n  = 1",
    "comment-in-a-tuple": "(a,  # one\n name,  # two\n) = 1, 2",
    "behind-an-import": "import a; name = 1",
    "behind-a-def": "def f(a): name = 1",
    "behind-an-else": "if a: pass\nelse: name = 1",
    "tuple-over-lines": "(\n    a,\n    name\n) = 1, 2",
    "tuple-over-lines-with-a-comment": "(\n    a,\n    name  # last\n) = 1, 2",
    "for-with-a-comment": "for (\n    name  # each\n) in (): pass",
    "delete-with-a-comment": "name = 1\ndel name  # done",
    "nested-tuple": "(a, (b, name)) = x",
    "nested-list": "a, [b, name] = x",
    "unpacked-in-a-for": "for i, (a, name) in b: pass",
}

NOT_BINDING = {
    "annotation": "x: name = 1",
    "parameter-annotation": "def f(a: name, b: list[name]) -> name: pass",
    "attribute": "x.name = 1",
    "keyword": "f(a, name=1)",
    "keyword-over-lines": "f(\n    a,\n    name=1,\n)",
    "subscript": "name[1] = 2",
    "call": "name(1)",
    "string": "x = 'name = 1'",
    "comment": "# name = 1",
    "import": "import name",
    "import-from": "from a import name",
    "import-as": "from a import b as name",
    "comparison": "x = name == 1",
    "longer-word": "rename = names = 1",
    "return": "def f(): return name",
}


@pytest.mark.parametrize("source", BINDING.values(), ids=BINDING)
def test_a_binding_is_never_missed(source: str):
    module = Module(decode("module.py", source.encode()))
    assert may_be_bound(module, "name")
    if source != "del name":
        assert bindings(module, "name")
        assert not all(bindings(module, "name").values())


@pytest.mark.parametrize("source", NOT_BINDING.values(), ids=NOT_BINDING)
def test_what_binds_nothing(source: str):
    module = Module(decode("module.py", source.encode()))
    assert all(bindings(module, "name").values())
    assert not shadowed(module, "name", len(source))


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.name)
def test_the_standard_library(path: Path):
    source = path.read_bytes()
    try:
        top = symtable.symtable(source.decode("utf-8"), str(path), "exec")
    except (SyntaxError, ValueError):
        pytest.skip("it is not meant to parse")
    module = Module(decode(path.name, source))
    missed = {name for name in bound(top) if not may_be_bound(module, name)}
    # What a comprehension inside an f-string binds is seen nowhere else.
    assert not [name for name in missed if in_code(module, name)]


def in_code(module: Module, name: str) -> bool:
    words = re.finditer(rb"\b%b\b" % name.encode(), module.view)
    return any(module.lexed.in_code(match.start()) for match in words)


def bound(table: symtable.SymbolTable) -> set[str]:
    """Names that something other than an import binds in some scope."""
    inline = table.get_name() in ("genexpr", "listcomp", "setcomp", "dictcomp")
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if not inline and (symbol.is_assigned() or symbol.is_parameter())
    }
    for child in table.get_children():
        found |= bound(child)
    # `__x` in a class is `_Class__x` in its table.
    return {name for name in found if not name.startswith(".") and "__" not in name[1:]}


def test_scopes_seen():
    source = b"class A:\n    name = 1\n    x = 2\n    def f(self):\n        y = 3\nz = 4\n"
    module = Module(decode("module.py", source))
    seen = {
        word: shadowed(module, "name", source.index(word))
        for word in (b"x =", b"def f", b"y =", b"z =")
    }
    assert seen == {b"x =": True, b"def f": True, b"y =": False, b"z =": False}
    assert MODULE not in bindings(module, "name")
