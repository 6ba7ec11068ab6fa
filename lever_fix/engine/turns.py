"""Who takes which chunk: a worker has a run of neighbours, and helps the others when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext


class Turns:
    """Chunks dealt out to workers, which take them one by one.

    What a worker finds out about a package helps it with the rest of that package, so neighbours
    are best done by one. How long a chunk takes nobody knows before, so whoever has none left takes
    the last one of whoever has most.

    Args:
        method: How the workers are started: they inherit this.
        count: How many there are.
    """

    def __init__(self, method: BaseContext, count: int) -> None:
        self.count = count
        self._left = method.Array("l", 2 * count + 1)

    def deal(self, chunks: int) -> int:
        """Give each worker a run of so many chunks in all; the number of the deal."""
        with self._left.get_lock():
            deal = int(self._left[-1]) + 1
            self._left[:] = [
                *(
                    chunks * at // self.count
                    for home in range(self.count)
                    for at in (home, home + 1)
                ),
                deal,
            ]
            return deal

    def take(self, home: int, deal: int) -> int | None:
        """The next chunk for a worker; None where none is left, or others were dealt since.

        Work that was given up goes on in a worker until it asks for more.
        """
        with self._left.get_lock():
            if self._left[-1] != deal:
                return None
            if self._count(home):
                self._left[2 * home] += 1
                return int(self._left[2 * home]) - 1
            most = max(range(self.count), key=self._count)
            if not self._count(most):
                return None
            self._left[2 * most + 1] -= 1
            return int(self._left[2 * most + 1])

    def _count(self, home: int) -> int:
        return int(self._left[2 * home + 1]) - int(self._left[2 * home])
