"""Statements through LibCST and back: nothing else moves."""

import ast
import random
from pathlib import Path

import libcst as cst
import libcst.matchers as m
import pytest

from lever_fix.errors import SourceError
from lever_fix.model import Span
from lever_fix.rewrite.splices import splice
from lever_fix.rewrite.statements import transform, whole_statements
from lever_fix.semantics.module import Module
from lever_fix.sources import SourceFile, decode

LIB = Path(ast.__file__).parent


class Rename(cst.CSTTransformer):
    """`old` becomes `new`."""

    def leave_Name(self, original_node, updated_node):  # noqa: N802 - LibCST's name
        return (
            updated_node.with_changes(value="new") if updated_node.value == "old" else updated_node
        )


def module_of(text: str) -> Module:
    return Module(SourceFile("m.py", text.encode(), ""))


def renamed(text: str, at: str = "old") -> tuple[str, list[str]]:
    """The text with the statement at the first `at` renamed, and the texts of the edits."""
    module = module_of(text)
    offset = text.encode().index(at.encode())
    edits = transform(module, Span(offset, offset + 1), Rename())
    return splice(module.text, edits).decode(), [edit.text for edit in edits]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("old = 1\n", id="module-level"),
        pytest.param("old = 1", id="no-final-newline"),
        pytest.param("def f():\n    old()\n    g()\n", id="indented"),
        pytest.param("def f():\n\told()\n\tif x:\n\t\told()\n", id="tabs"),
        pytest.param("def f():\n  if x:\n        old()\n", id="odd-indentation"),
        pytest.param("def f():\r\n    old(\r\n  1)\r\n    g()\r\n", id="crlf"),
        pytest.param("def f():\r    old(\r  1)\r    g()\r", id="cr-alone"),
        pytest.param('def f():\n    old = """\n  a\nb\n        c"""\n', id="multi-line-string"),
        pytest.param("def f():\n    old(1,\n2,\n        3)  # c\n", id="continuation-lines"),
        pytest.param("def f():\n    x = 1 + \\\n  old\n", id="backslash"),
        pytest.param("def f():\n    old(  1 ,b ) ; g( )\n", id="odd-spacing-and-semicolon"),
        pytest.param("if old :  # c\n\n    a()\n    # d\n\nelse :\n    b()\n", id="compound"),
        pytest.param("x = 'é'; old = 'ü'\n", id="beyond-ascii"),
        pytest.param("def f():\n\x0c    old()\n", id="form-feed"),
        pytest.param("@d\n# c\n@e\ndef old(): pass\n", id="decorated"),
    ],
)
def test_only_the_names_change(text):
    after, edits = renamed(text)
    assert edits
    assert set(edits) == {"new"}
    assert len(after) == len(text)
    assert "old" in text.replace(after, "") or after != text


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        pytest.param("a\nb\nc\n", "b", "b", id="simple"),
        pytest.param(
            "if a:\n    b\nelif c:\n    d\nelse:\n    e\nf\n",
            "a",
            "if a:\n    b\nelif c:\n    d\nelse:\n    e",
            id="branches",
        ),
        pytest.param(
            "if a:\n    b\nelse:\n    e\nf\n",
            "else",
            "if a:\n    b\nelse:\n    e",
            id="from-a-branch",
        ),
        pytest.param(
            "try:\n    a\n\n    b\nfinally:\n    e\nf\n",
            "fin",
            "try:\n    a\n\n    b\nfinally:\n    e",
            id="finally",
        ),
        pytest.param("if a:\n    b\nf\n", "b", "    b", id="body"),
        pytest.param(
            "x\n@d(\n  1)\n@e\ndef f():\n    g\nh\n",
            "def",
            "@d(\n  1)\n@e\ndef f():\n    g",
            id="decorators-above",
        ),
        pytest.param(
            "@d\n@e\nasync def f():\n    g\nh\n",
            "@d",
            "@d\n@e\nasync def f():\n    g",
            id="from-a-decorator",
        ),
        pytest.param(
            "def f():\n    '''\nx\n    '''\n    a\n\n# c\nb\n",
            "def",
            "def f():\n    '''\nx\n    '''\n    a",
            id="flush-left-string",
        ),
        pytest.param("f(\n1,\n)  # c\ng\n", "1", "f(\n1,\n)  # c", id="inside-an-expression"),
    ],
)
def test_whole_statements(text, at, expected):
    span = Span(text.index(at), text.index(at) + 1)
    whole = whole_statements(module_of(text), span)
    assert text[whole.start : whole.end] == expected


def test_adjacent_statements_and_their_comments():
    text = "def f():\n    # about a\n    a = 1\n    b = 2\n    c = 3\n"
    module = module_of(text)
    span = Span(text.index("a = 1"), text.index("= 2"))

    def swapped(tree: cst.Module) -> cst.Module:
        assert len(tree.body) == 2
        assert m.matches(tree.body[0].leading_lines[0], m.EmptyLine(comment=m.Comment("# about a")))
        return tree.with_changes(body=tree.body[::-1])

    edits = transform(module, span, swapped, leading_comments=True)
    assert splice(module.text, edits).decode() == (
        "def f():\n    b = 2\n    # about a\n    a = 1\n    c = 3\n"
    )


def test_comments_above_at_module_level_lead_the_statement():
    text = "x = 1\n# about old\nold = 2\n"
    seen = []
    transform(
        module_of(text),
        Span(text.index("old ="), len(text)),
        lambda tree: seen.append(tree.body[0].leading_lines) or tree,
        leading_comments=True,
    )
    assert [line.comment.value for line in seen[0]] == ["# about old"]


def test_new_blocks_get_the_indentation_of_the_file():
    text = "def f():\n  a()\n"

    def guarded(tree: cst.Module) -> cst.Module:
        block = cst.If(cst.Name("x"), cst.IndentedBlock(tree.body))
        return tree.with_changes(body=[block])

    module = module_of(text)
    edits = transform(module, Span(text.index("a"), len(text)), guarded)
    assert splice(module.text, edits).decode() == "def f():\n  if x:\n    a()\n"


def test_a_parse_error_names_the_line():
    with pytest.raises(SourceError, match=r"^m\.py:2: LibCST cannot parse"):
        transform(module_of("x = 1\nold = = 2\n"), Span(6, 7), Rename())


def test_a_transformer_must_return_a_module():
    with pytest.raises(TypeError, match="Integer"):
        transform(module_of("x = 1\n"), Span(0, 1), lambda _: cst.Integer("1"))


def stdlib_statements(count: int) -> list[object]:
    """Statements of the standard library, the same on every run."""
    choice = random.Random(20)
    files = choice.sample(sorted([*LIB.glob("*.py"), *LIB.glob("asyncio/*.py")]), 60)
    found = []
    for file in files:
        source = decode(file.name, file.read_bytes())
        tree = ast.parse(source.text)
        statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        for node in choice.sample(statements, min(5, len(statements))):
            start = source.offset(node.lineno, node.col_offset)
            end = source.offset(node.end_lineno, node.end_col_offset)
            if end - start < 3000:
                found.append(pytest.param(source, start, end, id=f"{file.stem}-{node.lineno}"))
    return found[:count]


@pytest.mark.parametrize(("source", "start", "end"), stdlib_statements(300))
def test_real_code_comes_back_as_it_was(source, start, end):
    module = Module(source)
    whole = whole_statements(module, Span(start, start + 1))
    assert whole.start <= start < end <= whole.end
    assert transform(module, Span(start, end), lambda tree: tree) == ()
