"""The user's own editor, on a piece of code."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from lever_fix.errors import UsageError

_HINT = "set EDITOR to a command that takes a file, such as `EDITOR='code --wait'`"


def edit_text(name: str, text: str) -> str:
    """The text as the user's editor leaves it.

    Args:
        name: What to call the file; the editor knows by it what it shows.
        text: What to start from; its line ends are kept as they are.

    Raises:
        UsageError: There is no such editor, or it failed.
    """
    default = "notepad" if os.name == "nt" else "vi"
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or default
    try:
        command = shlex.split(named, posix=os.name != "nt")
    except ValueError as error:
        raise UsageError(f"cannot run the editor '{named}': {error}", _HINT) from error
    with tempfile.TemporaryDirectory(prefix="lever-fix-") as folder:
        file = Path(folder) / name
        file.write_bytes(text.encode("utf-8"))
        # An editor must not eat the answers that a script has piped in.
        stdin = None if sys.stdin.isatty() else subprocess.DEVNULL
        try:
            done = subprocess.run([*command, str(file)], stdin=stdin, check=False)
        except OSError as error:
            raise UsageError(f"cannot run the editor '{named}': {error.strerror}", _HINT) from error
        if done.returncode:
            raise UsageError(f"the editor '{named}' failed with {done.returncode}", _HINT)
        try:
            return file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"cannot read what the editor left: {error}") from error
