"""Ctrl-C and its kin, where something has to be tidied away first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

# `kill`, and a terminal that was closed, end a process without a word unless somebody asks.
_DEADLY = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def interruptible() -> Iterator[None]:
    """Let whatever asks this process to end unwind it as Ctrl-C does, so that it tidies up."""

    def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    with _handled(_DEADLY, interrupt):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold back Ctrl-C and its kin until the block is done.

    Raises:
        KeyboardInterrupt: One came meanwhile.
    """
    caught: list[int] = []
    with _handled([signal.SIGINT, *_DEADLY], lambda number, _: caught.append(number)):
        yield
    if caught:
        raise KeyboardInterrupt


@contextmanager
def _handled(signals: list[signal.Signals], handler: object) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears of signals
        return
    before = {number: signal.signal(number, handler) for number in signals}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
