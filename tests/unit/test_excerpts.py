"""A function parsed without the rest of its file: the same nodes, and the same names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from lever_fix.errors import SourceError
from lever_fix.index import top_level
from lever_fix.index.extract import facts_of
from lever_fix.index.index import Index, Symbol
from lever_fix.index.layout import layout
from lever_fix.semantics import names
from lever_fix.semantics.excerpt import Excerpt, Part, function_at, functions, part_around
from lever_fix.semantics.module import Module
from lever_fix.semantics.scopes import STAR, FunctionNode, scopes
from lever_fix.sources import decode

PATH = "shop/orders.py"
REAL = [
    *sorted(Path("lever_fix").rglob("*.py"))[::3],
    *sorted(Path("tests").rglob("*.py"))[::6],
    *sorted(Path(ast.__file__).parent.glob("*.py"))[::4],
]


def check_alike(data: bytes) -> int:
    """Compare every function of a file with itself parsed alone; how many could be."""
    module = Module(decode(PATH, data))
    facts = facts_of(module)
    check_top_level(module)
    alone = 0
    for scope in functions(module):
        assert isinstance(scope.node, FunctionNode)
        excerpt = Excerpt(
            module.source, module.name, part_around(scope), lambda n: top_level.stands_for(facts, n)
        )
        try:
            found = function_at(excerpt, scope.node.lineno)
        except SourceError:
            continue
        assert found is not None
        alone += 1
        inner, node = found
        assert ast.dump(node, include_attributes=True) == ast.dump(
            scope.node, include_attributes=True
        )
        assert inner.qualified_name == scope.qualified_name
        body = list(zip(own_nodes(node), own_nodes(scope.node), strict=True))
        for one, other in body:
            assert names.qualified_names(excerpt, one) == names.qualified_names(module, other)
    return alone


def check_top_level(module: Module) -> None:
    """Compare what facts and tree say of the names that a module binds."""
    facts = facts_of(module)
    top = scopes(module).top
    for name in top.names.keys() - {STAR}:
        assert top_level.stands_for(facts, name) == names.names_from(module, name, top), name
    for name in ("print", "nobody", *top.names):
        for written in (name, f"{name}.Inner"):
            assert top_level.known_as(facts, written) == names.known_as(module, written)


def own_nodes(function: FunctionNode) -> Iterator[ast.expr]:
    """The names and attributes in the body of a function."""
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name | ast.Attribute):
                yield node


def test_functions_of_real_files():
    alone = every = 0
    for path in REAL:
        data = path.read_bytes()
        try:
            every += len(functions(Module(decode(PATH, data))))
        except SourceError:
            continue
        alone += check_alike(data)
    assert every > 1_500
    assert alone > 0.99 * every


@pytest.mark.parametrize(
    "top",
    [
        "import x",
        "import x.y",
        "import x.y\nimport x.z",
        "import a.b as x",
        "from a import b as x",
        "from . import x",
        "from .. import x",
        "from ... import x",
        "try:\n    import x\nexcept ImportError:\n    x = None",
        "try:\n    import x\nexcept ImportError:\n    import y as x",
        "try:\n    import x\nexcept ImportError:\n    x = make()",
        "if a:\n    from a import x\nelse:\n    class x: pass",
        "if a:\n    class x: pass\nelse:\n    from a import x",
        "class x: pass",
        "def x(): pass",
        "def x(): pass\ndef x(): pass",
        "def x(): pass\nclass x: pass",
        "x = 1",
        "x = make()",
        "x = 1\nx = 2",
        "import a\nx = a.b",
        "import a\nx = y = a.b",
        "import a\ny = a.b\nx = y",
        "import a\nx = a.b\nx = a.c",
        "import a\nx, y = a.b, a.c",
        "if a:\n    from b import y\nelse:\n    from c import y\nx = y",
        "import a\nx: type = a.b",
        "x: int",
        "x: int\nx = 1",
        "x += 1",
        "for x in range(3): pass",
        "for y, x in z: pass",
        "with a as x: pass",
        "with a as (x, y): pass",
        "try: pass\nexcept E as x: pass",
        "match a:\n    case [x]: pass",
        "match a:\n    case {**x}: pass",
        "(x := 1)",
        "[x := 1 for y in z]",
        "del x",
        "import x\ndel x",
        "from a import *",
        "from a import *\nimport x",
        "def f():\n    global x\n    x = 1",
        "def f():\n    global x\n    import x",
        "def f():\n    global x\n    def x(): pass",
        "import x\ndef f():\n    global x\n    x = 1",
        "class C:\n    import x",
        "class C:\n    x = 1",
        "pass",
    ],
)
@pytest.mark.parametrize(
    "function",
    [
        "def g():\n    x.y(x)\n    print(x.z)\n",
        "class D:\n    x = 1\n    def g(self):\n        return [x for _ in x]\n",
        "def g():\n    global x\n    x = 2\n    return x\n",
        "def g(x):\n    def h():\n        nonlocal x\n        return x\n    return x\n",
    ],
)
def test_names_from_outside(top: str, function: str):
    assert check_alike(f"{top}\n{function}".encode()) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "def f(): pass",
        "def f():\n    return 1",
        "def f():\r\n    return 1\r\n\r\ndef g():\r\n    return 2\r\n",
        "def f():\r    return 1\rdef g():\r    return 2\r",
        "class A:\n\tdef f(self):\n\t\treturn 1\n\tx = 1\n",
        "class A:\n  class B:\n    def f(self):\n      class C:\n        def g(self): return C\n",
        "class A:\n @one\n @two(\n  3,\n )\n async def f(self):\n  await x\n",
        "@one\ndef f():\n    pass\n",
        'class A:\n def f(self):\n  return """\nat the left\n  """\n def g(self): 1\n',
        "class A:\n    def f(self):\n# at the left\n        return 1\n\n    def g(self): 1\n",
        "if a:\n    def f(): pass\nelse:\n    def f(): return 2\n",
        "try:\n    pass\nexcept E:\n    def f(): pass\n",
        "class A:\n    def f(self, a=(\n1,\n2)):\n        return a\n",
        "class A:\n    def f(self): return 1; x = 2\n    def g(self): pass\n",
        "class A:\n    def f(self):\n        return 1 + \\\n2\n",
        "class A:\n @property\n def f(self): return 1\n @f.setter\n def f(self, v): pass\n",
        "def f():\n    def g():\n        def h(): return g\n        return h\n    return g\n",
        "\ufeffdef f():\n    return 'ä'\nclass Ä:\n    def f(self): return 'ö', x\n",
        "def f():\n    if 1:\n        return 2\n\f\ndef g(): pass\n",
    ],
)
def test_layouts(text: str):
    data = text.encode()
    assert check_alike(data) == len(functions(Module(decode(PATH, data))))


def test_part_does_not_start_a_line():
    """It is told, and whoever asks takes the whole file."""
    source = decode(PATH, b"if a: pass\nx = 1\n")
    for part in (Part("f", 1, 1), Part("f", 2, 2), Part("f", 1, 2)):
        with pytest.raises(SourceError):
            _ = Excerpt(source, "shop.orders", part, lambda _: None).tree


TEXT = (
    "def f():\n    def g(): return 1\n    return g\n"
    "class A:\n    def f(self): return 1\n    def f(self): return 2\n"
    "class B: pass\ndef B(): pass\n"
    "def h():\n    def i(): pass\ndef h(): pass\n"
)


def index_of(text: str, on_disk: str | None = None) -> Index:
    source = decode(PATH, text.encode())
    facts = {PATH: facts_of(Module(source, "shop.orders"))}
    read = decode(PATH, on_disk.encode()) if on_disk is not None else source
    return Index(layout([PATH]), facts, {PATH: read}.__getitem__, digest=lambda _: source.sha256)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("f", Part("f", 1, 3)),
        ("f.g", Part("f", 1, 3)),
        ("A.f", Part("A.f", 6, 6)),
        ("B", None),
        ("h", Part("h", 11, 11)),
        ("h.i", None),
        ("nobody", None),
    ],
)
def test_part_around_a_symbol(name: str, part: Part | None):
    assert index_of(TEXT).part(Symbol(PATH, name)) == part


def test_excerpts_are_opened_once():
    index = index_of(TEXT)
    first = index.excerpt(PATH, Part("f", 1, 3))
    assert first is not None
    assert index.excerpt(PATH, Part("f", 1, 3)) is first
    assert PATH in index.asked


def test_no_excerpt_of_a_file_that_has_changed():
    changed = TEXT.replace("return 1", "return 3")
    assert index_of(TEXT, changed).excerpt(PATH, Part("f", 1, 3)) is None


def test_a_module_that_is_parsed_takes_more_room(monkeypatch):
    monkeypatch.setattr("lever_fix.index.opened.KEPT_BYTES", len(TEXT) // 2)
    index = index_of(TEXT)
    first = index.open(index.source(PATH))
    index.open(decode("shop/other.py", b""))
    assert index.open(index.source(PATH)) is first
    _ = first.tree
    index.open(decode("shop/other.py", b""))
    assert index.open(index.source(PATH)) is not first


def test_excerpts_go_where_there_is_no_room(monkeypatch):
    monkeypatch.setattr("lever_fix.index.opened.KEPT_BYTES", 1)
    index = index_of(TEXT)
    first = index.excerpt(PATH, Part("f", 1, 3))
    index.open(decode("shop/other.py", b"x = 1\n"))
    assert index.excerpt(PATH, Part("f", 1, 3)) is not first
