"""The shape of the code: its layers, and sizes that a reader can hold in mind."""

import ast
import subprocess
import sys

FILE_LINES = 400
BODY_LINES = 50


def sources(root):
    return [
        path
        for folder in ("lever_fix", "codemods")
        for path in sorted((root / folder).rglob("*.py"))
    ]


def test_imports_keep_to_the_layers(root):
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_is_long(root):
    lengths = {
        path.relative_to(root).as_posix(): path.read_bytes().count(b"\n") for path in sources(root)
    }
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_long(root):
    found = {}
    for path in sources(root):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                # The signature of a command is the table of its options, and not counted.
                lines = node.end_lineno - node.body[0].lineno + 1
                if lines > BODY_LINES:
                    found[f"{path.relative_to(root).as_posix()}:{node.lineno} {node.name}"] = lines
    assert found == {}
