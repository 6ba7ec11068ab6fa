"""A unified diff of the bytes, as `git apply` reads it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from lever_fix.apply import durable
from lever_fix.errors import ApplyError
from lever_fix.model import FileChange

_CONTEXT = 3
_NO_NEWLINE = b"\n\\ No newline at end of file\n"
_ESCAPES = {
    ord("\a"): b"\\a",
    ord("\b"): b"\\b",
    ord("\t"): b"\\t",
    ord("\n"): b"\\n",
    ord("\v"): b"\\v",
    ord("\f"): b"\\f",
    ord("\r"): b"\\r",
    ord('"'): b'\\"',
    ord("\\"): b"\\\\",
}

_Opcode = tuple[str, int, int, int, int]


def unified_patch(changes: Iterable[FileChange]) -> bytes:
    """All changes as one patch, to be applied in the root of the run by `git apply`."""
    return b"".join(_file_patch(change) for change in changes if change.before != change.after)


def write_patch(file: Path, changes: Iterable[FileChange]) -> None:
    """Write the patch of all changes to a file, and touch nothing else.

    Raises:
        ApplyError: The file cannot be written.
    """
    patch = unified_patch(changes)
    try:
        if file.exists() and not file.is_file():
            file.write_bytes(patch)  # a pipe or a terminal: nothing there to be replaced
        else:
            durable.replace(file, patch)
    except OSError as error:
        raise ApplyError(
            f"{file}: cannot write the patch: {error.strerror or error}",
            "name another file",
        ) from error


def _file_patch(change: FileChange) -> bytes:
    old, new = _quoted("a/", change.path), _quoted("b/", change.path)
    header = b"diff --git %s %s\n" % (old, new)
    if change.before is None:
        header += b"new file mode 100644\n"
        old = b"/dev/null"
    hunks = b"".join(_hunks(_lines(change.before or b""), _lines(change.after)))
    if not hunks:
        return header
    return header + b"--- %s\n+++ %s\n" % (_tabbed(old), _tabbed(new)) + hunks


def _hunks(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[bytes]:
    for group in _groups(before, after):
        first, last = group[0], group[-1]
        yield b"@@ -%s +%s @@\n" % (_range(first[1], last[2]), _range(first[3], last[4]))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (_line(b" ", line) for line in before[i1:i2])
            else:
                yield from (_line(b"-", line) for line in before[i1:i2])
                yield from (_line(b"+", line) for line in after[j1:j2])


def _groups(before: Sequence[bytes], after: Sequence[bytes]) -> Iterator[list[_Opcode]]:
    """Changes with their context, grouped into hunks.

    Equal lines at both ends are cut off first: the matcher's cost grows with the square of what
    is left, and a fix seldom touches more than a few lines.
    """
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    start = max(0, head - _CONTEXT)
    stop = max(0, tail - _CONTEXT)
    old, new = before[start : len(before) - stop], after[start : len(after) - stop]
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(_CONTEXT):
        if any(opcode[0] != "equal" for opcode in group):
            yield [
                (tag, i1 + start, i2 + start, j1 + start, j2 + start)
                for tag, i1, i2, j1, j2 in group
            ]


def _common(left: Sequence[bytes], right: Sequence[bytes]) -> int:
    """How many lines are equal at the start."""
    for count, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return count
    return min(len(left), len(right))


def _lines(data: bytes) -> list[bytes]:
    """Lines as git counts them: ended by a line feed, by nothing else."""
    lines = data.split(b"\n")
    ended = [line + b"\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def _line(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + _NO_NEWLINE


def _range(start: int, stop: int) -> bytes:
    # An empty range names the line before it, as POSIX asks.
    length = stop - start
    first = start + 1 if length else start
    return b"%d" % first if length == 1 else b"%d,%d" % (first, length)


def _quoted(side: str, path: str) -> bytes:
    """A path as git writes it: in C quotes where it holds anything but plain characters."""
    raw = os.fsencode(side + path)
    if all(0x20 <= byte < 0x7F and byte not in _ESCAPES for byte in raw):
        return raw
    return b'"' + b"".join(_escaped(byte) for byte in raw) + b'"'


def _escaped(byte: int) -> bytes:
    if byte in _ESCAPES:
        return _ESCAPES[byte]
    return bytes([byte]) if 0x20 <= byte < 0x7F else b"\\%03o" % byte


def _tabbed(name: bytes) -> bytes:
    # `patch` takes a name to end at its first space unless a tab follows, as git knows.
    return name + b"\t" if b" " in name else name
