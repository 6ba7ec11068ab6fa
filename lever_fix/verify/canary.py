"""Does the command look at the changed modules at all? Break them, and see whether it notices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lever_fix.errors import SourceError
from lever_fix.model import FileChange
from lever_fix.sources import decode

_TEST = re.compile(r"(^|/)(tests?/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$)")
# At the end, where no `from __future__` and no docstring is in its way.
_RAISE = 'raise RuntimeError("lever-fix asks whether anybody notices")'


def canaries(changes: Sequence[FileChange]) -> list[FileChange]:
    """The modules that will change, made to raise when they are imported; tests are left alone.

    A test that raises is noticed by every runner, and says nothing of the code it tests.
    """
    modules = [one for one in changes if one.path.endswith(".py") and one.before is not None]
    tested = [one for one in modules if not _TEST.search(one.path)]
    return [broken for one in tested or modules if (broken := _broken(one)) is not None]


def _broken(change: FileChange) -> FileChange | None:
    try:
        source = decode(change.path, change.before or b"")
    except SourceError:
        return None
    end = source.newline.encode()
    text = source.encode(source.text + end + _RAISE.encode() + end)
    return FileChange(path=change.path, before=change.before, after=text)
