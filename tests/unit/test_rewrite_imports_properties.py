"""What holds for every layout of imports: comments stay, names stay bound, once is enough."""

import io
import tokenize
from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lever_fix.model import Import, Move
from lever_fix.rewrite.imports import edit_imports

TYPING = ("Any", "Callable", "Dict", "Iterable", "List", "Optional", "TypeVar", "Union", "cast")
MODULES = {
    "typing": TYPING,
    "os": ("path", "sep"),
    "os.path": ("join", "split as split_path"),
    "collections.abc": ("Sized", "Mapping"),
    "contextlib": ("suppress",),
}
NEEDS = [
    Import("asyncio"),
    Import("contextlib", "closing"),
    Import("collections.abc", "Hashable"),
    Import("functools", "partial", "part"),
    Import("typing", "Final"),
    Import("os", "fspath"),
    Import("typing", "Text", type_checking=True),
]
MOVES = dict.fromkeys(("Callable", "Iterable"), "collections.abc")

comments = st.sampled_from(["", "", "", "  # c1", " # c2", "  # noqa: I001", "  # type: ignore"])
heads = st.sampled_from(
    ["", '"""Doc: Optional, List."""\n', "#!/bin/sh\n# Licence\n\n", '"""D."""\n\n# about\n']
)
gaps = st.sampled_from(["", "", "\n", "\n\n", "# above\n", "\n# heading\n", "ready = 1\n"])
tails = st.sampled_from(["", "\n", "\n\ndef last(): ...\n", "\n\nclass Last: ...\n", "\nend = 1\n"])


@st.composite
def layouts(draw: st.DrawFn, module: str, names: list[str]) -> str:
    """One `from` statement; what is behind it on its last line stays open."""
    head, comment = f"from {module} import ", draw(comments)
    kind = draw(st.sampled_from(["flat", "flat", "round", "lines", "open", "filled", "slashes"]))
    inner = draw(st.lists(comments, min_size=len(names), max_size=len(names)))
    match kind:
        case "flat":
            return head + ", ".join(names) + comment
        case "round":
            return f"{head}({', '.join(names)}){comment}"
        case "lines":
            lines = "".join(f"    {n},{c}\n" for n, c in zip(names, inner, strict=True))
            return f"{head}({draw(comments)}\n{lines})"
        case "open":
            lines = ",\n".join(f"    {name}" for name in names)
            return f"{head}(\n    # first\n{lines}\n){comment}"
        case "filled":
            lines = f",{inner[0]}\n        ".join(names)
            return f"{head}({lines}){comment}"
        case _:
            return head + ", \\\n    ".join(names) + comment


@st.composite
def statements(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A statement or a block of them, and the names it binds for sure."""
    module = draw(st.sampled_from(["typing", *MODULES]))
    size = st.integers(1, len(MODULES[module]))
    names = draw(st.permutations(MODULES[module]))[: draw(size)]
    text = draw(layouts(module, list(names)))
    bound = [name.rpartition(" ")[2] for name in names]
    block = "".join(f"    {line}\n" for line in text.splitlines())
    match draw(st.sampled_from(["plain"] * 6 + ["plainly", "semicolon", "typing", "def", "try"])):
        case "plainly":
            return "import os.path, sys\n", ["os", "sys"]
        case "semicolon":
            return f"import json; {text}\n", ["json", *bound]
        case "typing":
            return (
                f"if False:\n    TYPE_CHECKING = 0\nTYPE_CHECKING = 0\nif TYPE_CHECKING:\n{block}",
                [],
            )
        case "def":
            return f"def local():\n{block}", []
        case "try":
            return f"try:\n{block}except ImportError:\n    pass\n", bound
    return f"{text}\n", bound


@st.composite
def modules(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A module that runs, with uses of some of what it imports, and the names it binds."""
    parts, bound = [draw(heads)], []
    for _ in range(draw(st.integers(0, 5))):
        text, names = draw(statements())
        parts += [draw(gaps), text]
        bound += names
    used = draw(st.lists(st.sampled_from(bound), max_size=3)) if bound else []
    parts += [draw(tails), *(f"u{index} = {name}\n" for index, name in enumerate(used))]
    text = "".join(parts)
    return (text.replace("\n", "\r\n") if draw(st.booleans()) else text), bound


def comments_of(text: bytes) -> Counter[str]:
    tokens = tokenize.tokenize(io.BytesIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def check(text: bytes, after: bytes) -> None:
    exec(compile(text, "before.py", "exec"), {})
    exec(compile(after, "after.py", "exec"), {})
    assert comments_of(after) == comments_of(text)
    assert b"\r\r" not in after
    assert (b"\r\n" in after) or b"\r\n" not in text or b"\n" not in after


@settings(max_examples=150, deadline=None)
@given(modules(), st.sets(st.sampled_from(TYPING)))
@example(("import os; from typing import (\n    # c\n    List\n)\n", ["os"]), {"List"})
def test_freed_names(case, freed):
    text, _ = case
    data = text.encode()
    before = data + "".join(f"\n_ = {name}" for name in freed).encode()
    after = edit_imports(data, "m.py", before=before, freed=freed)
    check(data, after)
    assert edit_imports(after, "m.py", before=before, freed=freed) == after


@settings(max_examples=150, deadline=None)
@given(modules(), st.lists(st.sampled_from(NEEDS), unique=True, max_size=4))
def test_needed_names(case, needs):
    text, _ = case
    uses = "".join(f"\nn = {need.bound}" for need in needs if not need.type_checking)
    data = (text + uses.replace("\n", "\r\n" if "\r" in text else "\n")).encode()
    after = edit_imports(data, "m.py", before=data, add=needs)
    exec(compile(after, "after.py", "exec"), {})
    assert comments_of(after) == comments_of(data)
    assert edit_imports(after, "m.py", before=data, add=needs) == after


@settings(max_examples=150, deadline=None)
@given(modules(), st.sets(st.sampled_from(sorted(MOVES)), min_size=1))
def test_moved_names(case, names):
    text, bound = case
    data = text.encode()
    moves = []
    for name in sorted(names):
        offset = data.find(name.encode())
        while offset >= 0:
            moves.append(Move(Import("typing", name), Import(MOVES[name], name), offset))
            offset = data.find(name.encode(), offset + 1)
    after = edit_imports(data, "m.py", before=data, moved=moves)
    check(data, after)
    namespace: dict[str, object] = {}
    exec(compile(after, "after.py", "exec"), namespace)
    assert set(bound) <= namespace.keys()
    for name in names & set(bound):
        assert namespace[name].__module__ == "collections.abc"
