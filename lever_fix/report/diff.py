"""A unified diff for people: coloured, changed words marked, source shown and never interpreted.

A patch for `git apply` is written elsewhere, byte for byte; this one is for reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from lever_fix.errors import SourceError
from lever_fix.model import FileChange
from lever_fix.report.lines import Opcode, opcodes
from lever_fix.report.paths import Shown, as_is
from lever_fix.report.style import PLAIN, Palette
from lever_fix.report.visible import visible
from lever_fix.sources import decode

CONTEXT = 3
"""Unchanged lines around a change."""

Part = tuple[str, bool]
"""A piece of a line, and whether it changed."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST = 400
"""Characters of a line up to which its words are compared."""
_ALIKE = 0.4
"""How alike two lines must be for marked words to help; below, all of it changed."""


def render_diff(
    changes: Iterable[FileChange], *, palette: Palette = PLAIN, shown: Shown = as_is
) -> str:
    """The unified diff of all changes, in order; a file that stays as it is has none."""
    return "".join(_file_diff(change, palette, shown) for change in changes)


def _file_diff(change: FileChange, palette: Palette, shown: Shown) -> str:
    before, after = _text(change.path, change.before or b""), _text(change.path, change.after)
    if before == after and change.before is not None:
        return ""
    path = visible(shown(change.path))
    old = "/dev/null" if change.before is None else f"a/{path}"
    a, b = _lines(before), _lines(after)
    ends = len(_line_ends(before) | _line_ends(after)) > 1
    rows = [
        f"{palette.header}--- {old}{palette.reset}",
        f"{palette.header}+++ b/{path}{palette.reset}",
    ]
    for group in _hunks(opcodes(a, b)):
        rows.append(f"{palette.hunk}{_hunk_header(group)}{palette.reset}")
        rows += _hunk(group, a, b, palette, ends)
    return "".join(f"{row}\n" for row in rows)


def _text(path: str, data: bytes) -> str:
    """The bytes as text, a byte-order mark included; what does not decode is escaped."""
    try:
        source = decode(path, data)
    except SourceError:
        return data.decode("utf-8", "backslashreplace")
    return "\ufeff" * source.bom + source.text.decode("utf-8")


def _lines(text: str) -> list[str]:
    """The lines with their ends, by the line ends that Python's tokenizer knows."""
    if "\r" in text:
        return _LINE.findall(text)
    # Three times as fast; `splitlines` would also split at form feeds.
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + [last] * bool(last)


def _line_ends(text: str) -> set[str]:
    if "\r" in text:
        return set(_LINE_END.findall(text))
    return {"\n"} if "\n" in text else set()


def _hunks(codes: Sequence[Opcode]) -> Iterator[list[Opcode]]:
    """Changes with their context; those whose contexts touch are one hunk."""
    group: list[Opcode] = []
    for number, (tag, a_low, a_high, b_low, b_high) in enumerate(codes):
        if tag != "equal":
            group.append((tag, a_low, a_high, b_low, b_high))
            continue
        size, last = a_high - a_low, number == len(codes) - 1
        if group and not last and size <= 2 * CONTEXT:
            group.append((tag, a_low, a_high, b_low, b_high))
            continue
        if group:
            after = min(CONTEXT, size)
            yield [*group, (tag, a_low, a_low + after, b_low, b_low + after)]
        lead = min(CONTEXT, size)
        group = [] if last else [(tag, a_high - lead, a_high, b_high - lead, b_high)]
    if group:
        yield group


def _hunk_header(group: Sequence[Opcode]) -> str:
    old = _range(group[0][1], group[-1][2])
    new = _range(group[0][3], group[-1][4])
    return f"@@ -{old} +{new} @@"


def _range(low: int, high: int) -> str:
    size = high - low
    if size == 1:
        return str(low + 1)
    # An empty range stands behind the line it names.
    return f"{low + 1 if size else low},{size}"


def _hunk(
    group: Sequence[Opcode], a: Sequence[str], b: Sequence[str], palette: Palette, ends: bool
) -> Iterator[str]:
    """The rows of one hunk; `ends` asks for carriage returns to be shown."""
    for tag, a_low, a_high, b_low, b_high in group:
        if tag == "equal":
            for line in a[a_low:a_high]:
                yield from _row(" ", [(line, False)], ("", "", ""), ends)
            continue
        removed = [[(line, False)] for line in a[a_low:a_high]]
        added = [[(line, False)] for line in b[b_low:b_high]]
        if palette is not PLAIN and len(removed) == len(added):
            pairs = [marked(old[0][0], new[0][0]) for old, new in zip(removed, added, strict=True)]
            removed, added = [old for old, _ in pairs], [new for _, new in pairs]
        for parts in removed:
            yield from _row(
                "-", parts, (palette.removed, palette.removed_part, palette.reset), ends
            )
        for parts in added:
            yield from _row("+", parts, (palette.added, palette.added_part, palette.reset), ends)


def _row(
    sign: str, parts: Sequence[Part], styles: tuple[str, str, str], ends: bool
) -> Iterator[str]:
    """One line of a hunk, and the remark on a missing final newline."""
    colour, mark, reset = styles
    shown = f"{colour}{sign}"
    for text, changed in parts:
        body = visible(text if ends else text.rstrip("\r\n"), keep="\t\n").removesuffix("\n")
        shown += f"{mark}{body}{reset}{colour}" if changed and body else body
    yield shown + reset
    if not parts[-1][0].endswith(("\n", "\r")):
        yield "\\ No newline at end of file"


def marked(old: str, new: str) -> tuple[list[Part], list[Part]]:
    """Two lines in parts: what both have, and what changed between them.

    Lines that have little in common are one part each: all of it changed.
    """
    if max(len(old), len(new)) > _LONGEST:
        return [(old, False)], [(new, False)]
    old_words, new_words = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [(old, False)], [(new, False)]
    before: list[Part] = []
    after: list[Part] = []
    for tag, low, high, new_low, new_high in matcher.get_opcodes():
        if high > low:
            before.append(("".join(old_words[low:high]), tag != "equal"))
        if new_high > new_low:
            after.append(("".join(new_words[new_low:new_high]), tag != "equal"))
    return before, after
