"""What a `pyproject.toml` says: our table, and what other tables let us infer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lever_fix.errors import ConfigError

NAME = "pyproject.toml"
OLDEST, NEWEST = (3, 9), (3, 14)
"""Lowest and highest Python version a target can be."""

_CLAUSE = re.compile(
    r"\s*(?P<operator>~=|===?|!=|<=?|>=?)\s*v?(?P<major>\d+)(?:\.(?P<minor>\d+))?[\w.*+!-]*\s*\Z"
)
_ERROR_LINE = re.compile(r" \(at line (\d+), column \d+\)\Z")


@dataclass(frozen=True)
class Pyproject:
    """One `pyproject.toml`.

    Attributes:
        path: POSIX path relative to the root of the run.
        text: Its text, to tell the line of a key.
        content: Its tables.
    """

    path: str
    text: str
    content: Mapping[str, Any]

    @property
    def directory(self) -> str:
        """Where it lies, relative to the root; empty for the root itself."""
        return self.path.rpartition("/")[0]

    def table(self, *keys: str) -> Mapping[str, Any] | None:
        """A nested table; None where it is missing, or no table."""
        found: Any = self.content
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else None

    def place(self, table: str, key: str) -> str:
        """`path:line` of a key, only `path` where it is written in an unusual way."""
        line = _line_of(self.text, table, key)
        return f"{self.path}:{line}" if line else self.path


def read(root: str, path: str) -> Pyproject | None:
    """Read a `pyproject.toml` below `root`; None where there is none.

    Raises:
        ConfigError: It cannot be read, or is not TOML.
    """
    try:
        with open(f"{root}/{path}", "rb") as handle:
            text = handle.read().decode()
        return Pyproject(path, text, tomllib.loads(text))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(f"{path}: cannot be read: {reason}", "check its permissions") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not valid UTF-8", "TOML files are always UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(*_toml_error(path, text, str(error))) from error


def lowest_python(pyproject: Pyproject) -> tuple[int, int] | None:
    """The lowest Python version that `[project] requires-python` allows.

    Returns:
        None where it sets no lower bound; at most `NEWEST`.

    Raises:
        ConfigError: It is malformed, or allows versions below `OLDEST`.
    """
    wanted = (pyproject.table("project") or {}).get("requires-python")
    if wanted is None:
        return None
    where = f"{pyproject.place('project', 'requires-python')}: [project] requires-python"
    if not isinstance(wanted, str):
        raise ConfigError(f"{where}: expected a string, got {wanted!r}")
    clauses = [_CLAUSE.match(clause) for clause in wanted.split(",") if clause.strip()]
    bounds = [_lower_bound(clause) for clause in clauses if clause]
    if len(bounds) < len(clauses):
        raise ConfigError(f"{where}: '{wanted}' is no version specifier", "such as '>=3.11'")
    bound = max((bound for bound in bounds if bound), default=None)
    if bound is not None and bound < OLDEST:
        raise ConfigError(
            f"{where}: '{wanted}' allows Python {bound[0]}.{bound[1]}, and rewrites need 3.9",
            'set target-version = "py39" in [tool.lever-fix] if the code need not run there',
        )
    return bound and min(bound, NEWEST)


def line_length(pyproject: Pyproject) -> tuple[int, str] | None:
    """The line length of the formatter in use, and the table that sets it: ruff's, else black's."""
    for tool in ("ruff", "black"):
        length = (pyproject.table("tool", tool) or {}).get("line-length")
        if isinstance(length, int) and length > 0:
            return length, f"tool.{tool}"
    return None


def _lower_bound(clause: re.Match[str]) -> tuple[int, int] | None:
    if clause["operator"] in {"<", "<=", "!="}:
        return None
    return int(clause["major"]), int(clause["minor"] or 0)


def _line_of(text: str, table: str, key: str) -> int:
    """The line, from 1, that sets a key or opens the table of that name; 0 where unknown."""
    written = rf"(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')"
    setting = re.compile(rf"\s*{written}\s*[=.]")
    subtable = re.compile(rf"\s*\[\s*{re.escape(table)}\.{written}\s*[\].]")
    header = re.compile(rf"\s*\[\s*{re.escape(table)}\s*\]")
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if subtable.match(line) or (inside and setting.match(line)):
            return number
        if line.lstrip().startswith("["):
            inside = bool(header.match(line))
    return 0


def _toml_error(path: str, text: str, said: str) -> tuple[str, str]:
    """Message and hint for a syntax error, with the line where tomllib puts it."""
    at = _ERROR_LINE.search(said)
    line = int(at[1]) if at else len(text.split("\n"))
    return f"{path}:{line}: not valid TOML: {_ERROR_LINE.sub('', said)}", "mend the line"
