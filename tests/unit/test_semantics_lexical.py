"""The lexical view of a module against the whole `ast`: same statements, same scopes."""

# ruff: noqa: E501 -- a row of a table reads best as one line

import ast
import random
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lever_fix.semantics.module import Module
from lever_fix.sources import decode

STDLIB = Path(sysconfig.get_path("stdlib"))
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SAMPLE = random.Random(20).sample(sorted(STDLIB.glob("*.py")), 40) + [
    STDLIB / name
    for name in (
        "typing.py",
        "dataclasses.py",
        "argparse.py",
        "tokenize.py",
        "test/test_grammar.py",
        "test/test_fstring.py",
        "test/test_tokenize.py",
        "test/test_syntax.py",
        "test/test_patma.py",
    )
    if (STDLIB / name).exists()
]

ODD = {
    "brackets-in-strings": 'x = "([{"\ndef f():\n    y = ")"\n',
    "def-in-a-string": 'x = """\ndef f():\n    pass\n"""\ny = 1\n',
    "hash-in-a-string": "x = '#'; y = 2\nz = 3\n",
    "comment-with-quotes": "x = 1  # don't\ny = 2\n",
    "backslash": "x = 1 + \\\n    2\ny = 3\n",
    "form-feed": "x = 1\n\x0cdef f():\n    pass\n",
    "decorators": "@a\n@b(\n    1\n)\ndef f():\n    x = 1\n",
    "async": "async def f():\n    async with a:\n        x = 1\n",
    "nested": "class A:\n    class B:\n        def f(self):\n            def g():\n                x = 1\n            y = 2\n    z = 3\nw = 4\n",
    "one-line-bodies": "class A: x = 1\ndef f(): return 2\ny = 3\n",
    "body-behind-a-comment": "def f():\n# flush left\n    x = 1\ny = 2\n",
    "closing-bracket-flush-left": "def f():\n    x = [\n1,\n]\n    y = 2\nz = 3\n",
    "string-flush-left": 'def f():\n    x = """\nflush left\n"""\n    y = 2\nz = 3\n',
    "tabs": "class A:\n\tdef f(self):\n\t\tx = 1\n\ty = 2\n",
    "semicolons": "x = 1; y = 2\nif x: y = 3; z = 4\n",
    "else-and-elif": "if x:\n    y = 1\nelif x == [\n    2\n]:\n    y = 2\nelse:\n    y = 3\n",
    "triple-quotes-in-triple-quotes": "x = '''\"\"\"'''\ny = \"\"\"'''\"\"\"\nz = 1\n",
    "escaped-quotes": "x = 'it\\'s'\ny = \"\\\\\"\nz = 1\n",
    "raw-backslash": "x = r'\\'' ''\ny = 1\n",
    "unicode": "ä = 'ö'\nclass Ü:\n    ß = 1\n",
    "empty": "",
    "only-a-comment": "# nothing",
    "dict-over-lines": "x = {\n    'def f():': 1,\n    'b': 2,\n}\ny = 1\n",
    "class-in-if": "if x:\n    class A:\n        y = 1\nelse:\n    def A():\n        y = 2\n",
    "lambda-over-lines": "f = lambda a=(\n    1\n): a\nx = 2\n",
    "match": "match x:\n    case [1, 2]:\n        y = 1\n    case _:\n        y = 2\n",
}


def check(source: bytes) -> None:
    """Assert that each statement of the tree is found, and found in its own scope."""
    module = Module(decode("module.py", source))
    starts = module.source.line_starts
    for node, scope in statements(ast.parse(source), ""):
        offset = starts[node.lineno - 1] + node.col_offset
        if isinstance(node, SCOPES) and node.decorator_list:
            offset = module.view.rindex(b"@", 0, offset_of(starts, node.decorator_list[0]))
        before = module.view[module.view.rfind(b"\n", 0, offset) + 1 : offset]
        if not before.strip(b" \t\f"):
            assert module.lexed.statement_at(offset)[0] == offset, (
                node.lineno,
                ast.dump(node)[:80],
            )
            assert module.scope_at(offset) == scope, node.lineno


def offset_of(starts, node) -> int:
    return starts[node.lineno - 1] + node.col_offset


def statements(node: ast.AST, scope: str):
    """Every statement with the qualified name around it."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        children = getattr(node, field, [])
        if not isinstance(children, list):
            continue
        for child in children:
            if isinstance(child, ast.stmt):
                yield child, scope
            inner = scope
            if isinstance(child, SCOPES):
                inner = f"{scope}.{child.name}" if scope else child.name
            yield from statements(child, inner)


@pytest.mark.parametrize("source", ODD.values(), ids=ODD)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_odd_layouts(source: str, newline: str):
    check(source.replace("\n", newline).encode())


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.name)
def test_the_standard_library(path: Path):
    source = path.read_bytes()
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        pytest.skip("it is not meant to parse")
    check(source)


simple = st.sampled_from(
    [
        "pass",
        "x = 1",
        "x = (\n1\n)",
        "x = '''\ndef f():\n'''",
        "x = [\n    1,  # (\n]",
        "x: int = 2",
        "f(\n'a', '''b\n''')",
        "return_ = 1; y = 2",
        "# only\nx = 1",
        "x = \\\n  1",
        'x = "\\"("',
        "x = f'{1}('",
        "del_ = {1: '}'}",
    ]
)
headers = st.sampled_from(
    [
        "def f(a=(\n1), *b):",
        "class A(B,\n  C):",
        "if x:",
        "async def g(a: 'b' = {}):",
        "while x:",
        "for i in (\n1,):",
        "with a as b:",
        "try:\n{0}    pass\n{0}finally:",
        "@d(\n'(')\n{0}def h():",
        "class D:  # c(",
        "if x:\n{0}    pass\n{0}elif y:",
    ]
)


@st.composite
def blocks(draw, depth: int = 0) -> str:
    pad = "    " * depth
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        if depth < 3 and draw(st.booleans()):
            lines.append(pad + draw(headers).format(pad))
            lines.append(draw(blocks(depth + 1)))
        else:
            text = draw(simple)
            lines.append(f"{pad}{text}" if not text.startswith("#") else f"{pad}# only\n{pad}x = 1")
    return "\n".join(lines)


@given(blocks())
@settings(max_examples=150, deadline=None)
def test_generated_layouts(source: str):
    try:
        ast.parse(source)
    except SyntaxError:
        return
    check(source.encode())
