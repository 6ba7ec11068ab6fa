import ast
import codecs
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lever_fix.errors import SourceError
from lever_fix.sources import decode, digest, read

BOM = codecs.BOM_UTF8
E_ACUTE = "x = 'é'\n".encode("latin-1")

NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])
TEXTS = st.lists(
    st.tuples(
        st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])), NEWLINES
    )
).map(lambda lines: "".join(line + end for line, end in lines))


def interpreter_accepts(data):
    try:
        compile(data, "f.py", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(b"", "utf-8", id="empty"),
        pytest.param(b"x = 1", "utf-8", id="no-final-newline"),
        pytest.param("x = 'é'\n".encode(), "utf-8", id="utf-8-without-cookie"),
        pytest.param(b"# coding: latin-1\n" + E_ACUTE, "iso8859-1", id="latin-1"),
        pytest.param(b"# -*- coding: latin-1-unix -*-\n" + E_ACUTE, "iso8859-1", id="emacs-suffix"),
        pytest.param(b"# vim: set fileencoding=cp1252 :\nx = '\x80'\n", "cp1252", id="vim-cp1252"),
        pytest.param(b"#!/usr/bin/python\n# coding: latin-1\n" + E_ACUTE, "iso8859-1", id="line-2"),
        pytest.param(b"\x0c\n#coding=latin-1\n" + E_ACUTE, "iso8859-1", id="after-form-feed-line"),
        pytest.param(b" \t\x0c# coding: latin-1\n" + E_ACUTE, "iso8859-1", id="indented-cookie"),
        pytest.param(b"# caf\xe9\n# coding: latin-1\nx = 1\n", "iso8859-1", id="line-1-not-utf-8"),
        pytest.param(b"# a\r# coding: latin-1\rx = '\xe9'\r", "iso8859-1", id="lone-cr"),
        pytest.param(b"# a\r\n# coding: latin-1\r\n" + E_ACUTE, "iso8859-1", id="crlf"),
        pytest.param(b"# coding: utf-8\nx = 1\n", "utf-8", id="utf-8"),
        pytest.param("# coding: utf8\nx = 'é'\n".encode(), "utf-8", id="utf8"),
        pytest.param("# coding: UTF_8\nx = 'é'\n".encode(), "utf-8", id="UTF_8"),
        pytest.param("# coding: U8\nx = 'é'\n".encode(), "utf-8", id="U8"),
        pytest.param("# coding: utf-8-unix\nx = 'é'\n".encode(), "utf-8", id="utf-8-unix"),
        pytest.param("# coding: utf-8-sig\nx = 'é'\n".encode(), "utf-8", id="utf-8-sig"),
        pytest.param(
            "# coding: shift_jis\nx = '日本'\n".encode("shift_jis"), "shift_jis", id="sjis"
        ),
        pytest.param("# coding: koi8-r\nx = 'я'\n".encode("koi8-r"), "koi8-r", id="koi8-r"),
        pytest.param(BOM + "x = 'é'\n".encode(), "utf-8", id="bom"),
        pytest.param(BOM + b"# coding: utf-8\nx = 1\n", "utf-8", id="bom-and-utf-8"),
        pytest.param(b"# coding: ascii\nx = 1\n", "ascii", id="ascii"),
    ],
)
def test_finds_the_encoding_the_interpreter_uses(data, encoding):
    source = decode("f.py", data)

    assert source.encoding == encoding
    assert source.encode(source.text) == data
    assert source.sha256 == digest(data)
    assert source.bom == data.startswith(BOM)
    assert not source.text.startswith(BOM)
    # The text means to the parser what the bytes do.
    assert ast.dump(ast.parse(source.text.decode())) == ast.dump(ast.parse(data))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"x = 1\n# coding: latin-1\n", id="line-2-after-code"),
        pytest.param(b"'''\n\n# coding: latin-1\n'''\n", id="line-3-in-a-string"),
        pytest.param(b"# a\n# b\n# coding: latin-1\n", id="line-3"),
        pytest.param(b"# a\rx = 1\r# coding: latin-1\r", id="line-3-by-lone-cr"),
        pytest.param(b"x = '# coding: latin-1'\n", id="in-a-string-on-line-1"),
        pytest.param(b"# coding latin-1\n", id="no-colon"),
        pytest.param(b"# coding : latin-1\n", id="space-before-colon"),
        pytest.param(b"# coding:\nlatin-1\n", id="name-on-next-line"),
        pytest.param(b"# coding: utf8\n# coding: latin-1\n", id="first-cookie-wins"),
    ],
)
def test_takes_no_other_comment_for_a_cookie(data):
    assert decode("f.py", data).encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"# coding: nonsense\n", "f.py: unknown encoding: nonsense", id="unknown"),
        pytest.param(b"x = '\xe9'\n", "f.py:1: not valid UTF-8 (byte 0xe9)", id="invalid-utf-8"),
        pytest.param(b"\n\r\n\rx = '\xff'", "f.py:4: not valid UTF-8 (byte 0xff)", id="its-line"),
        pytest.param(b"# coding: utf-8\nx = '\xe9'", "f.py:2: not valid UTF-8", id="with-cookie"),
        pytest.param(b"x = '\xed\xa0\x80'\n", "f.py:1: not valid UTF-8", id="surrogate"),
        pytest.param(
            "x = 1\n".encode("utf-16"), "f.py:1: not valid UTF-8 (byte 0xff)", id="utf-16"
        ),
        pytest.param(BOM + b"# coding: latin-1\n", "declares latin-1", id="bom-and-latin-1"),
        pytest.param(BOM + b"# coding: utf8\n", "declares utf8", id="bom-and-utf8"),
        pytest.param(b"# coding: rot13\n", "f.py: not valid rot-13", id="no-text-encoding"),
        pytest.param(b"# coding: undefined\n", "f.py: not valid undefined", id="undefined"),
        pytest.param(b"# coding: utf-16\nx", "its utf-16 text cannot", id="utf-16-cookie"),
        pytest.param(b"# coding: ascii\nx = '\xe9'\n", "f.py: not valid ascii", id="beyond-ascii"),
    ],
)
def test_refuses_what_the_interpreter_refuses(data, message):
    with pytest.raises(SourceError) as caught:
        decode("f.py", data)

    assert message in caught.value.message
    assert caught.value.hint
    assert not interpreter_accepts(data)


def test_refuses_text_that_does_not_come_back_byte_for_byte():
    with pytest.raises(SourceError, match="cannot be written back byte for byte"):
        decode("f.py", b"# coding: utf-7\nx = '+AGE-'\n")  # `a`, which UTF-7 writes as itself


@pytest.mark.parametrize("data", [b"x = 1\0\n", b"\0", b"# coding: latin-1\n\0\xe9"])
def test_nul_bytes_are_left_to_the_parser(data):
    source = decode("f.py", data)

    assert source.encode(source.text) == data


@given(TEXTS, st.booleans())
def test_utf_8_survives_the_round_trip(text, bom):
    data = BOM * bom + text.removeprefix("\ufeff").encode()
    try:
        source = decode("f.py", data)
    except SourceError:  # hypothesis wrote a cookie
        assume(False)

    assert source.encode(source.text) == data


@given(
    st.sampled_from(["latin-1", "cp1252", "koi8-r", "shift_jis", "euc-jp", "gb18030", "utf-8"]),
    TEXTS,
)
def test_other_encodings_survive_the_round_trip(encoding, text):
    data = f"# coding: {encoding}\n{text}".encode(encoding, "replace")
    try:
        source = decode("f.py", data)
    except SourceError:  # `?` for what an encoding lacks may still not come back as it was
        assume(False)

    assert source.encode(source.text) == data
    assert source.text.decode() == data.decode(encoding)


def test_an_edit_that_the_encoding_cannot_express_is_refused():
    source = decode("shop.py", b"# coding: latin-1\n")

    with pytest.raises(SourceError, match=r"shop\.py: iso8859-1 cannot express '→'"):
        source.encode("x = '→'\n".encode())


def test_with_text_keeps_encoding_and_digests_the_bytes_on_disk():
    source = decode("f.py", b"# coding: latin-1\n").with_text("x = 'é'\n".encode())

    assert source.sha256 == digest(E_ACUTE)
    assert source.encoding == "iso8859-1"


@pytest.mark.parametrize(
    ("data", "newline", "lines"),
    [
        pytest.param(b"", "\n", [""], id="empty"),
        pytest.param(b"a", "\n", ["a"], id="no-newline"),
        pytest.param(b"a\nb\n", "\n", ["a", "b", ""], id="lf"),
        pytest.param(b"a\r\nb\r\n", "\r\n", ["a", "b", ""], id="crlf"),
        pytest.param(b"a\rb\r", "\r", ["a", "b", ""], id="lone-cr"),
        pytest.param(b"a\r\nb\nc\rd", "\r\n", ["a", "b", "c", "d"], id="mixed"),
        pytest.param(b"a\r\r\nb", "\r", ["a", "", "b"], id="cr-then-crlf"),
        pytest.param(
            b"a\x0cb\n\x0cc\n", "\n", ["a\x0cb", "\x0cc", ""], id="form-feed-ends-nothing"
        ),
        pytest.param("a\u2028b\x85\n".encode(), "\n", ["a\u2028b\x85", ""], id="unicode-line-ends"),
    ],
)
def test_lines_end_where_python_ends_them(data, newline, lines):
    source = decode("f.py", data)

    assert source.newline == newline
    assert [source.line(number) for number in range(1, len(source.line_starts) + 1)] == lines
    assert len(source.view) == len(source.text)
    assert len(source.view.replace(b"\r\n", b"\n").split(b"\n")) == len(lines)


@given(TEXTS)
def test_position_and_offset_agree_on_every_character(text):
    source = decode("f.py", b"#\n" + text.encode().removeprefix(BOM))
    decoded = source.text.decode()
    for index in range(len(decoded)):
        offset = len(decoded[:index].encode())
        line, column = source.position(offset)
        start = source.line_starts[line - 1]
        assert source.offset(line, offset - start) == offset
        assert column == len(source.text[start:offset].decode()) + 1


def test_columns_count_characters_from_one():
    source = decode("f.py", "x = 'naïve 🐍'; y\n".encode())

    assert source.position(source.text.index(b"y")) == (1, 16)
    assert source.position(0) == (1, 1)
    assert source.position(len(source.text)) == (2, 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("bom", [b"", BOM], ids=["plain", "bom"])
@pytest.mark.parametrize(
    "prefix",
    [
        pytest.param("", id="first-line"),
        pytest.param("é = '🐍'\n\n", id="multibyte-above"),
        pytest.param("'''a\nb'''\n", id="string-above"),
        pytest.param("\x0c\n", id="form-feed-above"),
        pytest.param("x = 1; \x0c", id="form-feed-before"),
        pytest.param("'é'; ", id="multibyte-before"),
        pytest.param("a = 1 + \\\n  ", id="continued-line"),
    ],
)
def test_offset_finds_what_ast_points_at(prefix, bom, newline):
    data = bom + (prefix + "target\n").replace("\n", newline).encode()
    source = decode("f.py", data)
    names = [node for node in ast.walk(ast.parse(source.view)) if isinstance(node, ast.Name)]
    (name,) = [node for node in names if node.id == "target"]

    start = source.offset(name.lineno, name.col_offset)
    end = source.offset(name.end_lineno, name.end_col_offset)
    assert source.text[start:end] == b"target"


def test_reads_below_the_root(tmp_path: Path):
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "é.py").write_bytes(b"x = 1\r\n")

    source = read(tmp_path, "pkg/é.py")

    assert (source.path, source.text) == ("pkg/é.py", b"x = 1\r\n")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda path: None, "f.py: No such file or directory", id="gone"),
        pytest.param(lambda path: path.mkdir(), "f.py: Is a directory", id="directory"),
        pytest.param(lambda path: path.symlink_to("f.py"), "f.py: Too many levels", id="link-loop"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, make, message):
    make(tmp_path / "f.py")

    with pytest.raises(SourceError, match=message):
        read(tmp_path, "f.py")
