"""Other people's code prints where it does no harm, and ends nothing but itself."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep standard output for what the user asked for, and `sys.exit` from ending the process."""
    with contextlib.redirect_stdout(sys.stderr):
        try:
            yield
        except SystemExit as error:
            raise RuntimeError(f"it called sys.exit({error.code!r})") from error
