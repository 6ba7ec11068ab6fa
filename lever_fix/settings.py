"""The settings themselves: their keys, types and defaults, and the checks a value must pass."""

from __future__ import annotations

import functools
import hashlib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from lever_fix import pyproject
from lever_fix.codemod_names import parse_codemod_name, with_place
from lever_fix.errors import ConfigError, LeverFixError, UsageError, did_you_mean
from lever_fix.patterns import anchor, is_pattern

TABLE = "tool.lever-fix"
CACHE = ".lever_fix_cache"
TARGETS = tuple(f"py3{minor}" for minor in range(pyproject.OLDEST[1], pyproject.NEWEST[1] + 1))
"""What `target-version` can be."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, dict=True, rename="kebab"):
    """The settings in force for a file.

    The field names with dashes are the keys of `[tool.lever-fix]`, `options` and `source` aside.
    """

    select: tuple[str, ...] | None = None
    """Ids of the codemods to run; None for all that are enabled by default."""
    extend_select: tuple[str, ...] = ()
    """Ids to run besides these."""
    ignore: tuple[str, ...] = ()
    """Ids not to run."""
    exclude: tuple[str, ...] = ()
    """Files and directories to leave alone, in the syntax of `.gitignore`."""
    per_file_ignores: Mapping[str, tuple[str, ...]] = {}
    """Ids not to run on the files that match a pattern."""
    target_version: str = "py310"
    """Lowest Python version the code must run on."""
    line_length: int = 88
    """Columns a rewritten line should keep to."""
    safe: tuple[str, ...] = ()
    """Ids whose `unsafe` fixes count as `safe`."""
    unsafe: tuple[str, ...] = ()
    """Ids whose `safe` fixes count as `unsafe`."""
    codemods: tuple[str, ...] = ()
    """Files and modules that hold more codemods."""
    cache_dir: str = CACHE
    """Where to keep what need not be worked out again."""
    effects: Mapping[str, Literal["none", "read", "write"]] = {}
    """What functions do, by patterns of their dotted names."""
    baseline: str | None = None
    """File of the findings that are known and not reported."""
    verify_copy: tuple[str, ...] = ()
    """Globs of untracked files that the command of `--verify` needs."""
    options: Mapping[str, Mapping[str, Any]] = {}
    """The tables `[tool.lever-fix.<id>]`, as written; see `decode_options`."""
    source: str = ""
    """The file they come from, relative to the root; empty where no file has the table."""

    def __hash__(self) -> int:
        return hash(self.digest)

    @functools.cached_property
    def digest(self) -> str:
        """Hex digest of the values: equal settings have equal ones, in any process."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()

    @property
    def target(self) -> tuple[int, int]:
        """The target version as a pair, such as `(3, 10)`."""
        return int(self.target_version[2]), int(self.target_version[3:])


FIELDS = {
    field.encode_name: field
    for field in msgspec.structs.fields(Settings)
    if field.name not in {"options", "source"}
}


def decode(table: Mapping[str, Any], base: str, origin: Callable[[str], str]) -> dict[str, Any]:
    """Settings as written, checked, with patterns and paths relative to the root."""
    decoded: dict[str, Any] = {}
    for key, raw in table.items():
        where = label(origin(key), key)
        failure = error_at(origin(key))
        if key in FIELDS:
            try:
                value = msgspec.convert(raw, FIELDS[key].type)
                decoded[key] = _from_base(key, value, base)
            except msgspec.ValidationError as error:
                at, message = explain(error)
                raise failure(f"{where}{at}: {message}") from error
            except ValueError as error:
                raise failure(f"{where}: {error}") from error
        elif isinstance(raw, dict):
            decoded[key] = raw
        else:
            raise failure(f"{where}: unknown setting", did_you_mean(key, FIELDS))
    return decoded


def _from_base(key: str, value: Any, base: str) -> Any:
    """A setting written for the directory `base`, as it reads from the root.

    Raises:
        ValueError: It has the right type, and cannot be.
    """
    match key:
        case "target-version" if value not in TARGETS:
            raise ValueError(f"'{value}' is not one of {TARGETS[0]} … {TARGETS[-1]}")
        case "line-length" if value < 1:
            raise ValueError(f"{value} is not a positive number")
        case "exclude":
            return tuple(_pattern(pattern, base) for pattern in value)
        case "per-file-ignores":
            return {_pattern(pattern, base): ids for pattern, ids in value.items()}
        case "cache-dir" | "baseline":
            return _path(value, base)
        case "verify-copy":
            return tuple(_inside(pattern, base) for pattern in value)
        case "codemods":
            return tuple(_codemod(name, base) for name in value)
    return value


def _pattern(pattern: str, base: str) -> str:
    if not is_pattern(pattern):
        raise ValueError(f"'{pattern}' is not a pattern in the syntax of .gitignore")
    return anchor(pattern, base)


def _path(path: str, base: str) -> str:
    return os.path.normpath(Path(base) / path).replace(os.sep, "/")


def _inside(glob: str, base: str) -> str:
    path = _path(glob, base)
    if path == ".." or path.startswith(("../", "/")):
        raise ValueError(f"'{glob}' leads out of the project")
    return path


def _codemod(written: str, base: str) -> str:
    named = parse_codemod_name(written)
    if "/" in named.place or named.is_file:
        return with_place(written, _path(named.place, base))
    return written


def label(origin: str, key: str) -> str:
    """What a message about a key starts with."""
    if not origin.startswith("-"):
        return f"{origin}: [{TABLE}] {key}"
    return origin if origin == f"--{key}" else f"{origin} {key}"


def error_at(origin: str) -> type[LeverFixError]:
    """The kind of error for a key that was set there."""
    return UsageError if origin.startswith("-") else ConfigError


_WORDS = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number",
    "int": "an integer",
    "null": "nothing",
    "object": "a table",
    "str": "a string",
}


def explain(error: msgspec.ValidationError) -> tuple[str, str]:
    """Where inside a value it went wrong, such as `[0]`, and what, in words of TOML."""
    message, _, at = str(error).partition(" - at `$")
    message = message.replace(" | null", "")
    message = re.sub(r"`(\w+)`", lambda match: _WORDS.get(match[1], match[0]), message)
    # `[...]` stands for a key of a table, and does not tell which.
    return at.rstrip("`").replace("[...]", ""), message[:1].lower() + message[1:]
