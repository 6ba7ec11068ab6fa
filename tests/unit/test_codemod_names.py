"""How a user's word for a codemod is taken apart."""

from __future__ import annotations

import pytest

from lever_fix.codemod_names import CodemodName, parse_codemod_name, with_place


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("mine.py", CodemodName("mine.py")),
        ("tools/mine.py:f", CodemodName("tools/mine.py", "f")),
        ("mine.py:main('src', n=1)", CodemodName("mine.py", "main", "'src', n=1")),
        (r"C:\tools\mine.py:f", CodemodName(r"C:\tools\mine.py", "f")),
        ("acme.mods", CodemodName("acme.mods")),
        ("acme.mods:A.b", CodemodName("acme.mods", "A.b")),
        ("a.b:C(x='d:e(f)/g.py')", CodemodName("a.b", "C", "x='d:e(f)/g.py'")),
        ("my-id=a.b:C(x=1)", CodemodName("a.b", "C", "x=1", id="my-id")),
        ('bowler: select_var("a")', CodemodName(query='select_var("a")')),
        ('x=bowler:select_var("a=b")', CodemodName(query='select_var("a=b")', id="x")),
        ("a:b:c", CodemodName("a:b:c")),
    ],
)
def test_what_is_meant(written, named):
    assert parse_codemod_name(written) == named


@pytest.mark.parametrize("written", ["mine.py", "mine.py:f(1)", "x=mine.py:f", "x-y=mine.py"])
def test_another_place(written):
    assert with_place(written, "/a/mine.py") == written.replace("mine.py", "/a/mine.py")
