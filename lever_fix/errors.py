"""Errors a user can act on, and the exit codes they lead to.

    LeverFixError          a message, and a hint that names the next step
    ├── UsageError         the command line asks for something impossible
    ├── ConfigError        a setting is wrong; names the key and the file
    ├── SourceError        a file could not be read, decoded or parsed
    │   └── UnsupportedError   by the tool that a codemod was written for, at least
    ├── CodemodError       a codemod file is malformed, or a name is unknown
    ├── PlanError          a plan, baseline or decisions file is malformed or out of date
    ├── ApplyError         nothing was written, and why
    ├── VerifyError        the command tells nothing of the change, so nothing was written
    ├── BulkError          a campaign, or one of its repositories, cannot be worked on
    └── UndoError          nothing was restored, and why

Every one of them ends the command with exit code 2 and no traceback.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller."""

    OK = 0
    """Nothing to report, or everything was done."""
    FINDINGS = 1
    """`check` found something to fix, or `apply --exit-code` changed something."""
    ERROR = 2
    """Usage, configuration, an internal error, or a file that could not be read or parsed."""


class LeverFixError(Exception):
    """Something the user can mend.

    Attributes:
        message: What is wrong, naming the file and line where there is one.
        hint: The next step, as a sentence or a command; empty where there is none.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LeverFixError):
    """The command line asks for something impossible."""


class ConfigError(LeverFixError):
    """A setting is wrong; the message names the key and the file."""


class SourceError(LeverFixError):
    """A file could not be read, decoded or parsed."""


class UnsupportedError(SourceError):
    """A codemod's own tool cannot handle a file that Python can."""


class CodemodError(LeverFixError):
    """A codemod file is malformed, or a codemod's name is unknown."""


class PlanError(LeverFixError):
    """A plan, baseline or decisions file is malformed or out of date."""


class ApplyError(LeverFixError):
    """An apply was refused or rolled back; the user's files are as they were."""


class VerifyError(LeverFixError):
    """A change could not be put to the test; the user's files are as they were."""


class BulkError(LeverFixError):
    """A campaign file is wrong, or one of its repositories cannot be worked on."""


class UndoError(LeverFixError):
    """An undo was refused; the user's files are as they were."""


class StoppedError(KeyboardInterrupt):
    """Work was asked to stop by whoever watches over it: it unwinds as it does at Ctrl-C."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word nearest to a misspelt one; empty where none is near."""
    import difflib  # only a mistake pays for it

    near = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else ""


def failure(step: Callable[[], object]) -> Exception | None:
    """What a step raises, whatever it is; None where it ends well.

    The only `except Exception` of the package, for the places that must outlive code they know
    nothing about: a codemod being loaded, a codemod at work, one repository of a campaign, and the
    command line itself.
    """
    try:
        step()
    except Exception as error:
        return error
    return None
