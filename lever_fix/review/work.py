"""A write that goes on beside the screen: how far it is, and whether it is to stop."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from rich.text import Text

from lever_fix.errors import StoppedError
from lever_fix.report.text import counted
from lever_fix.report.visible import visible
from lever_fix.review.desk import WRITING, Watch
from lever_fix.review.look import Look

_BAR = 16
_SLOW = 2
"""Seconds from which on it is told how long something without a count has taken."""


@dataclass
class Work:
    """What one thread does and another one shows.

    Attributes:
        what: What is done now.
        done: On how many files.
        total: Of how many; 0 where nobody counts.
        since: When that began.
        stopped: Whether it is to stop.
        leaving: Whether the reviewer leaves once it is done.
        said: What is worth knowing afterwards.
        held: The key that was pressed and has to wait; empty for none.
    """

    what: str = "Getting ready"
    done: int = 0
    total: int = 0
    since: float = field(default_factory=time.monotonic)
    stopped: bool = False
    leaving: bool = False
    said: list[str] = field(default_factory=list)
    held: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def watch(self) -> Watch:
        """For whoever does the work."""
        return Watch(self._hear, self.said.append)

    def stop(self) -> bool:
        """Ask it to stop; False where it is too late, as files are being written."""
        with self._lock:
            self.stopped = self.what != WRITING
            return self.stopped

    def _hear(self, what: str, done: int, total: int) -> None:
        with self._lock:
            if self.stopped:
                raise StoppedError
            if what != self.what:
                self.since = time.monotonic()
            self.what, self.done, self.total = what, done, total

    def line(self, look: Look) -> Text:
        """How far it is, on one line."""
        text = Text(no_wrap=True)
        if self.stopped:
            return text.append("Stopping …", look.warning)
        if self.total:
            full = round(self.done / self.total * _BAR)
            text.append("━" * full, look.accent)
            text.append("━" * (_BAR - full), look.gutter)
            text.append(" ")
        text.append(visible(self.what), look.warning)
        seconds = time.monotonic() - self.since
        if self.total:
            text.append(f": {self.done:,} of {counted(self.total, 'file')}", look.text)
        else:
            text.append(f" … {seconds:.0f} s" if seconds >= _SLOW else " …", look.text)
        if self.leaving:
            text.append("  then it quits", look.text)
        elif self.held:
            text.append(f"  `{self.held}` has to wait", look.strong)
        if self.what != WRITING:
            text.append("  Esc", look.key)
            text.append(" stops it", look.dim)
        return text
