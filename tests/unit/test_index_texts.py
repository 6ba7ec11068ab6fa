"""The text of annotations and defaults is the one that `ast.unparse` writes."""

import ast
from pathlib import Path

import pytest

from lever_fix.index.texts import text_of

TEXTS = [
    "int", "None", "'User'", '"it\'s"', "b'x'", "1", "-1", "1.5", "1e400", "True", "...", "u'x'",
    "a.b.C", "a().b", "a[0].b", "x[1]", "list[int]", "dict[str, list[int]]", "tuple[int, ...]",
    "tuple[()]", "tuple[int,]", "x[(1, 2)]", "x[1:2]", "x[1:2, 3]", "x[*a]", "x[*a, b]",
    "Callable[[int, str], None]", "int | None", "a | b | c", "a | (b | c)", "a & b | c",
    "(a + b) | c", "a | b & c", "Annotated[Session, Depends(get_db)]", "Literal['a', \"b\"]",
    "Literal['\\n']",
    "Optional['User']", "x if y else z", "lambda: 1", "[1]", "{}", "f'{x}'",
    "Mapped[list['Post']]",
    "(x | y)[int]", "(await x).y", "'a' 'b'", "0x10", "10_000", "(yield)", "(a, b)",
    "not x", "a == b",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text):
    node = ast.parse(f"({text})", mode="eval").body
    assert text_of(node) == ast.unparse(node)


def test_none_is_no_text():
    assert text_of(None) == ""


def test_every_expression_of_this_project():
    for path in Path("lever_fix").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
                assert text_of(node.annotation) == ast.unparse(node.annotation)
