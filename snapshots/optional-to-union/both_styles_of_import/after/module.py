from __future__ import annotations

KIND = int | None


def mix(a: int | None, b: int | str = 0, c: str | None = None) -> KIND | None:
    return a
