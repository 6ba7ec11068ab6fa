"""Work cut into chunks of about equal size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

PORTION = 1_500_000
"""Bytes of source after which somebody who waits is told what was found in them."""


def portions(paths: Sequence[str], size: Callable[[str], int]) -> Iterator[list[str]]:
    """Paths in runs that are each worth the workers' while, and soon done."""
    portion: list[str] = []
    left = PORTION
    for path in paths:
        portion.append(path)
        left -= size(path)
        if left <= 0:
            yield portion
            portion, left = [], PORTION
    if portion:
        yield portion


def balanced(sizes: Sequence[int], count: int) -> list[list[int]]:
    """Indices of the sizes in at most `count` chunks of about equal sum, largest first."""
    chunks: list[list[int]] = [[] for _ in range(min(count, len(sizes)))]
    loads = [0] * len(chunks)
    for at in sorted(range(len(sizes)), key=lambda at: -sizes[at]):
        lightest = loads.index(min(loads))
        chunks[lightest].append(at)
        loads[lightest] += sizes[at] + 1
    return chunks


def runs(sizes: Sequence[int], count: int) -> list[list[int]]:
    """Indices of the sizes in at most `count` chunks of about equal sum, in order."""
    most = (sum(sizes) + len(sizes)) / count
    chunks: list[list[int]] = []
    left = 0.0
    for at, size in enumerate(sizes):
        if left <= 0:
            chunks.append([])
            left = most
        chunks[-1].append(at)
        left -= size + 1
    return chunks
