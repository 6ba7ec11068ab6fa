"""One source file: its bytes on disk, and its text as every other layer sees it."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import tokenize
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lever_fix.errors import SourceError

_COOKIE = re.compile(rb"\A(?:[^\r\n]*(?:\r\n|\r|\n))?[ \t\f]*#[^\r\n]*?coding[:=]", re.ASCII)
_LONE_CR = re.compile(rb"\r(?!\n)")
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, eq=False)
class SourceFile:
    """A Python file held as UTF-8 text, with what is needed to write it back byte for byte.

    Attributes:
        path: POSIX path relative to the root of the run.
        text: The file's text as UTF-8, without a byte-order mark; line ends as on disk.
        sha256: Hex digest of the bytes on disk.
        encoding: Name of the encoding on disk, as PEP 263 finds it.
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
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

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
    if not _COOKIE.match(body):
        if not body.isascii():
            _check_utf8(path, body)
        return SourceFile(path, body, sha256, "utf-8", bom)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        text = body if encoding == "utf-8" else body.decode(encoding).encode("utf-8")
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise SourceError(f"{path}:1: {error}", "mend the file's encoding comment") from error
    if encoding == "utf-8":
        _check_utf8(path, body)
    return SourceFile(path, text, sha256, encoding, bom)


def read(root: Path, path: str) -> SourceFile:
    """Read one file below `root`.

    Raises:
        SourceError: The file cannot be read or decoded.
    """
    try:
        with open(f"{root}/{path}", "rb") as handle:
            data = handle.read()
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}", "check its permissions") from error
    return decode(path, data)


def _check_utf8(path: str, body: bytes) -> None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(body[: error.start])) + 1
        raise SourceError(
            f"{path}:{line}: not valid UTF-8 (byte {body[error.start]:#04x})",
            "add an encoding comment such as '# -*- coding: latin-1 -*-', or save it as UTF-8",
        ) from error
