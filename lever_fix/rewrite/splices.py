"""Edits spliced into a text: the only way text changes."""

from __future__ import annotations

from collections.abc import Sequence

from lever_fix.model import Edit


def splice(text: bytes, edits: Sequence[Edit]) -> bytes:
    """The text with all edits made; insertions at one offset keep the order they are given in.

    Edits that only touch do not overlap, and neither do insertions at the same offset. An
    insertion strictly inside a replaced range does.

    Raises:
        ValueError: Two edits overlap, or one reaches outside the text.
    """
    parts: list[bytes] = []
    position = 0
    for edit in _ordered(edits):
        if not position <= edit.start <= edit.end <= len(text):
            raise ValueError(
                f"{edit.path}: the edit of bytes {edit.start}..{edit.end} overlaps another one"
                f" or lies outside the text ({position}..{len(text)})"
            )
        parts += (text[position : edit.start], edit.text.encode("utf-8"))
        position = edit.end
    parts.append(text[position:])
    return b"".join(parts)


def moved(offset: int, edits: Sequence[Edit]) -> int:
    """Where the byte at `offset` of the old text stands in the new one.

    A byte inside a replaced range is taken to stand at the same distance from the start of the
    replacement, or at its end where that is shorter.
    """
    shift = 0
    for edit in _ordered(edits):
        if edit.end <= offset:
            shift += len(edit.text.encode("utf-8")) - (edit.end - edit.start)
        elif edit.start < offset:
            inside = min(offset - edit.start, len(edit.text.encode("utf-8")))
            return edit.start + shift + inside
        else:
            break
    return offset + shift


def _ordered(edits: Sequence[Edit]) -> list[Edit]:
    """By offset; an insertion goes before the replacement that starts where it stands."""
    return sorted(edits, key=lambda edit: (edit.start, edit.end))
