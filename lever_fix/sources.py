"""One source file: its bytes on disk, and its text as every other layer sees it."""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from lever_fix.errors import SourceError

_FIRST_COOKIE = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*(?P<name>[-\w.]+)", re.ASCII)
_SECOND_COOKIE = re.compile(
    # The first line must be blank or a comment.
    rb"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)" + _FIRST_COOKIE.pattern,
    re.ASCII,
)
_FAMILIES = {"utf-8": ("utf-8",), "iso-8859-1": ("latin-1", "iso-8859-1", "iso-latin-1")}
_MEND_COOKIE = "mend the encoding comment in its first two lines"
_LONE_CR = re.compile(rb"\r(?!\n)")
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, eq=False)
class SourceFile:
    """A Python file held as UTF-8 text, with what is needed to write it back byte for byte.

    Attributes:
        path: POSIX path relative to the root of the run.
        text: The file's text as UTF-8, without a byte-order mark; line ends as on disk.
        sha256: Hex digest of the bytes on disk.
        encoding: Name of the encoding on disk, found as PEP 263 says.
        bom: True where the file starts with a UTF-8 byte-order mark.
    """

    path: str
    text: bytes
    sha256: str
    encoding: str = "utf-8"
    bom: bool = False

    @cached_property
    def view(self) -> bytes:
        """The text with lone carriage returns as line feeds: same offsets, simpler to scan."""
        return _LONE_CR.sub(b"\n", self.text) if b"\r" in self.text else self.text

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of each line's first byte, by the line ends Python knows (LF, CRLF, CR)."""
        starts = list(accumulate(map(len, self.text.splitlines(keepends=True)), initial=0))
        if len(starts) > 1 and not self.text.endswith((b"\n", b"\r")):
            starts.pop()
        return starts

    @property
    def newline(self) -> str:
        """The line end of the file: that of its first line, a line feed where it has none."""
        match = _LINE_END.search(self.text)
        return match.group().decode() if match else "\n"

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte offset, both from 1, the column in characters."""
        line = bisect_right(self.line_starts, offset)
        start = self.line_starts[line - 1]
        return line, len(self.text[start:offset].decode("utf-8", "replace")) + 1

    def offset(self, line: int, column: int) -> int:
        """Byte offset of an `ast` position: line from 1, column from 0 in UTF-8 bytes."""
        return self.line_starts[line - 1] + column

    def line(self, number: int) -> str:
        """The text of one line, from 1, without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip(b"\r\n").decode("utf-8", "replace")

    def with_text(self, text: bytes) -> SourceFile:
        """The same file with another text; the digest is that of the bytes it would have."""
        data = self.encode(text)
        return SourceFile(self.path, text, digest(data), self.encoding, self.bom)

    def encode(self, text: bytes) -> bytes:
        """The bytes on disk for a text held as UTF-8.

        Raises:
            SourceError: The file's encoding cannot express a character of the text.
        """
        if self.encoding == "utf-8":
            return codecs.BOM_UTF8 + text if self.bom else text
        try:
            return text.decode("utf-8").encode(self.encoding)
        except UnicodeEncodeError as error:
            raise SourceError(
                f"{self.path}: {self.encoding} cannot express {error.object[error.start]!r}",
                "save the file as UTF-8 first",
            ) from error


def digest(data: bytes) -> str:
    """SHA-256 of bytes on disk, in hex."""
    return hashlib.sha256(data).hexdigest()


def decode(path: str, data: bytes) -> SourceFile:
    """The source file that these bytes on disk hold.

    Raises:
        SourceError: The bytes are not text in the encoding the file declares.
    """
    sha256 = digest(data)
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[3:] if bom else data
    encoding = _declared_encoding(path, body, bom)
    if encoding == "utf-8":
        if not body.isascii():
            _check_utf8(path, body)
        return SourceFile(path, body, sha256, encoding, bom)
    try:
        text = body.decode(encoding)
        restored = text.encode(encoding)
    except (UnicodeError, LookupError) as error:
        raise SourceError(f"{path}: not valid {encoding}: {error}", _MEND_COOKIE) from error
    if restored != body:
        # Not every byte of UTF-7 or Shift JIS comes back as it was: an edit in one place would
        # change others.
        raise SourceError(
            f"{path}: its {encoding} text cannot be written back byte for byte",
            "save the file as UTF-8",
        )
    return SourceFile(path, text.encode("utf-8"), sha256, encoding, bom)


def read(root: Path, path: str) -> SourceFile:
    """Read one file below `root`.

    Raises:
        SourceError: The file cannot be read or decoded.
    """
    try:
        with open(f"{root}/{path}", "rb") as handle:
            data = handle.read()
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        hint = "run again: it went away" if gone else "check its permissions"
        raise SourceError(f"{path}: {error.strerror or error}", hint) from error
    return decode(path, data)


def _declared_encoding(path: str, body: bytes, bom: bool) -> str:
    """The encoding that a comment in the first two lines declares; UTF-8 without one.

    `tokenize.detect_encoding` is stricter than the interpreter (it wants the first line to be
    UTF-8 even where the second one says otherwise) and knows no lone carriage returns.
    """
    cookie = _FIRST_COOKIE.match(body) or _SECOND_COOKIE.match(body)
    if not cookie:
        return "utf-8"
    declared = cookie["name"].decode()
    name = _normal_name(declared)
    if bom and name != "utf-8":
        raise SourceError(
            f"{path}: starts with a UTF-8 byte-order mark and declares {declared}", _MEND_COOKIE
        )
    try:
        return codecs.lookup(name).name  # `utf8` and `U8` are UTF-8, too
    except LookupError as error:
        raise SourceError(f"{path}: unknown encoding: {declared}", _MEND_COOKIE) from error


def _normal_name(declared: str) -> str:
    """An encoding's name as the interpreter reads it: Emacs writes `latin-1-unix`."""
    name = declared[:12].lower().replace("_", "-")
    for normal, spellings in _FAMILIES.items():
        if name in spellings or name.startswith(tuple(f"{spelling}-" for spelling in spellings)):
            return normal
    return declared


def _check_utf8(path: str, body: bytes) -> None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(body[: error.start])) + 1
        raise SourceError(
            f"{path}:{line}: not valid UTF-8 (byte {body[error.start]:#04x})",
            "add an encoding comment such as '# -*- coding: latin-1 -*-', or save it as UTF-8",
        ) from error
