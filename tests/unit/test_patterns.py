import pytest
from hypothesis import given
from hypothesis import strategies as st

from lever_fix.patterns import anchor, is_pattern, read_ignore_file, verdict

PATTERNS = ["x.py", "/x.py", "x*", "?.py", "[xy].py", "sub/x.py", "sub/", "**/x.py", "*"]


@pytest.mark.parametrize("text", ["", " ", "!", "a\\", "\\/", "[[-?]"])
def test_malformed_patterns(text):
    assert not is_pattern(text)


@given(st.text("ab!\\/*?[]# -^\t"))
def test_a_well_formed_pattern_can_be_asked(text):
    if is_pattern(text):
        verdict((text,), "a/b.py")


@pytest.mark.parametrize("base", ["pkg", "pkg/sub", "a[1]", "a b", "#x", "!y", "p*", "back\\slash"])
@pytest.mark.parametrize("pattern", [*PATTERNS, *(f"!{pattern}" for pattern in PATTERNS)])
@pytest.mark.parametrize("path", ["x.py", "y.py", "sub/x.py", "deep/er/x.py", "sub/"])
def test_an_anchored_pattern_says_the_same_from_the_root(pattern, base, path):
    anchored = anchor(pattern, base)

    assert verdict((anchored,), f"{base}/{path}") == verdict((pattern,), path)
    assert verdict((anchored,), f"elsewhere/{path}") is None


def test_the_last_pattern_that_matches_decides():
    assert verdict(("*.py", "!a.py"), "a.py") is False
    assert verdict(("!a.py", "*.py"), "a.py") is True
    assert verdict((), "a.py") is None


def test_reading_an_ignore_file(tmp_path):
    (tmp_path / ".gitignore").write_bytes(
        b"\xef\xbb\xbffirst\r\n# comment\r\n\r\n!\r\ncaf\xe9\x0c\n"
    )

    assert read_ignore_file(str(tmp_path / ".gitignore")) == ("first", "caf\udce9\x0c")
