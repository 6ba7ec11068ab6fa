"""Which settings are in force: the nearest `pyproject.toml`, under what the command line says.

Patterns and paths in a `Settings` are relative to the root of the run, wherever they were written.
"""

from __future__ import annotations

import functools
import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from lever_fix import pyproject
from lever_fix.errors import ConfigError, LeverFixError, UsageError, did_you_mean
from lever_fix.patterns import verdict
from lever_fix.pyproject import Pyproject
from lever_fix.settings import FIELDS, TABLE, Settings, decode, error_at, explain, label

__all__ = [
    "Override",
    "Resolved",
    "Resolver",
    "Settings",
    "check_ids",
    "decode_options",
    "ignored_on",
    "parse_override",
]

Options = TypeVar("Options", bound=msgspec.Struct)


@dataclass(frozen=True)
class Override:
    """Settings that outrank every file.

    Attributes:
        option: What the user typed, for messages, such as `--select`.
        table: The settings, as in `[tool.lever-fix]`.
        adds: Whether lists are added to what a file says, not put in its place.
    """

    option: str
    table: Mapping[str, Any]
    adds: bool = False

    def place(self, key: str) -> str:
        """Where a key was set: for every key, the option."""
        return self.option


@dataclass(frozen=True)
class Resolved:
    """Settings, and where each comes from.

    Attributes:
        settings: The settings in force.
        origins: By key, such as `select` or the id of a codemod with a table of options:
            `pyproject.toml:12`, `--config`, `default`, or what it was inferred from.
    """

    settings: Settings
    origins: Mapping[str, str]


_ID_LISTS = ("select", "extend-select", "ignore", "safe", "unsafe")


class Resolver:
    """Finds the settings in force for each file of a run, reading every `pyproject.toml` once."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        overrides: Sequence[Override] = (),
        isolated: bool = False,
    ) -> None:
        self._root = os.fspath(root)
        self._overrides = tuple(overrides)
        self._isolated = isolated
        self._layers: dict[str, _Layers] = {}
        self._resolved: dict[_Layers, Resolved] = {}
        self._interned: dict[Settings, Settings] = {}

    def for_path(self, path: str) -> Settings:
        """The settings for a file: one and the same object wherever they are equal.

        Args:
            path: POSIX path relative to the root.

        Raises:
            LeverFixError: A setting is wrong.
        """
        return self.for_directory(path.rpartition("/")[0]).settings

    def for_directory(self, directory: str = "") -> Resolved:
        """The settings for the files in a directory, and where each comes from.

        Args:
            directory: POSIX path relative to the root; empty for the root itself.

        Raises:
            LeverFixError: A setting is wrong.
        """
        layers = self._layers_of(directory)
        resolved = self._resolved.get(layers)
        if resolved is None:
            resolved = _resolve(layers, self._overrides)
            shared = self._interned.setdefault(resolved.settings, resolved.settings)
            resolved = self._resolved[layers] = Resolved(shared, resolved.origins)
        return resolved

    def exclude_for(self, directory: str) -> tuple[str, ...]:
        """The `exclude` patterns in force in a directory, for `lever_fix.discovery.discover`."""
        return self.for_directory(directory).settings.exclude

    def seen(self) -> list[Resolved]:
        """All that was resolved so far, one per configuration."""
        return list(self._resolved.values())

    def _layers_of(self, directory: str) -> _Layers:
        known = self._layers.get(directory)
        if known is None:
            known = _Layers()
            if not self._isolated:
                if directory:
                    known = self._layers_of(directory.rpartition("/")[0])
                path = f"{directory}/{pyproject.NAME}" if directory else pyproject.NAME
                if found := pyproject.read(self._root, path):
                    known = _covered_by(known, found)
            self._layers[directory] = known
        return known


@dataclass(frozen=True, eq=False)
class _Layers:
    """The `pyproject.toml` files that decide in a directory; one object per set of them.

    Attributes:
        ours: The nearest with our table.
        project: The nearest with `requires-python`.
        formatter: The nearest that sets a formatter's line length.
    """

    ours: Pyproject | None = None
    project: Pyproject | None = None
    formatter: Pyproject | None = None


def parse_override(text: str, option: str = "--config") -> Override:
    """Settings given as `KEY=VALUE`, in the syntax of TOML, keys dotted as there.

    Raises:
        UsageError: The text is no TOML.
    """
    try:
        return Override(option, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        key, equals, value = text.partition("=")
        hint = f"such as {option} 'line-length = 100'"
        if equals and re.fullmatch(r"\s*[A-Za-z_][\w./*-]*\s*", value):
            hint = f"a string needs quotes: {option} '{key}=\"{value.strip()}\"'"
        raise UsageError(f"{option} '{text}': not KEY=VALUE in TOML: {error}", hint) from error


def ignored_on(settings: Settings, path: str) -> frozenset[str]:
    """Ids of the codemods that `per-file-ignores` turns off for a file."""
    return frozenset(
        codemod
        for pattern, ids in settings.per_file_ignores.items()
        if verdict((pattern,), path)
        for codemod in ids
    )


def check_ids(resolved: Resolved, known: Collection[str]) -> None:
    """Refuse settings that name a codemod nobody has.

    Raises:
        LeverFixError: An id is not among the known ones.
    """
    settings, origins = resolved.settings, resolved.origins
    for key in _ID_LISTS:
        for codemod in getattr(settings, FIELDS[key].name) or ():
            if codemod not in known:
                raise _unknown_id(origins[key], key, codemod, known)
    for ids in settings.per_file_ignores.values():
        for codemod in ids:
            if codemod not in known:
                raise _unknown_id(origins["per-file-ignores"], "per-file-ignores", codemod, known)
    for codemod in settings.options:
        if codemod not in known:
            near = did_you_mean(codemod, [*known, *FIELDS])
            where = label(origins[codemod], codemod)
            raise error_at(origins[codemod])(f"{where}: no such codemod or setting", near)


def decode_options(settings: Settings, codemod: str, kind: type[Options]) -> Options:
    """A codemod's own table, decoded to its options type; dashes in keys are underscores there.

    Raises:
        ConfigError: The table does not fit the type.
    """
    where = f"{settings.source or '--config'}: [{TABLE}.{codemod}]"
    fields = {field.encode_name.replace("_", "-"): field for field in msgspec.structs.fields(kind)}
    table: dict[str, Any] = {}
    for key, value in settings.options.get(codemod, {}).items():
        field = fields.get(key.replace("_", "-"))
        if field is None:
            hint = did_you_mean(key, fields) or f"it has: {', '.join(fields) or 'no options'}"
            raise ConfigError(f"{where} {key}: unknown option", hint)
        table[field.encode_name] = value
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        at, message = explain(error)
        key = at.removeprefix(".").replace("_", "-")
        raise ConfigError(f"{where}{key and ' ' + key}: {message}") from error


def _covered_by(above: _Layers, found: Pyproject) -> _Layers:
    """The layers where one more file lies nearer than all others."""
    ours = found.table("tool", "lever-fix") is not None
    project = "requires-python" in (found.table("project") or {})
    formatter = pyproject.line_length(found) is not None
    if not (ours or project or formatter):
        return above
    return _Layers(
        found if ours else above.ours,
        found if project else above.project,
        found if formatter else above.formatter,
    )


def _resolve(layers: _Layers, overrides: Iterable[Override]) -> Resolved:
    values: dict[str, Any] = {}
    origins = dict.fromkeys(FIELDS, "default")
    if layers.ours:
        place = functools.partial(layers.ours.place, TABLE)
        table = layers.ours.table("tool", "lever-fix") or {}
        _merge(values, origins, decode(table, layers.ours.directory, place), place)
    for override in overrides:
        decoded = decode(override.table, "", override.place)
        if override.adds:
            for key, value in decoded.items():
                decoded[key] = (*values.get(FIELDS[key].name, ()), *value)
        _merge(values, origins, decoded, override.place)
    _infer(values, origins, layers)
    if both := set(values.get("safe", ())) & set(values.get("unsafe", ())):
        raise error_at(origins["safe"])(
            f"{label(origins['safe'], 'safe')}: '{min(both)}' is in unsafe, too "
            f"({origins['unsafe']})",
            "leave it in one of them",
        )
    source = layers.ours.path if layers.ours else ""
    return Resolved(Settings(**values, source=source), origins)


def _infer(values: dict[str, Any], origins: dict[str, str], layers: _Layers) -> None:
    """Fill in what other tools' tables tell; only what nobody set is asked for."""
    if layers.project and "target_version" not in values:
        lowest = pyproject.lowest_python(layers.project)
        if lowest:
            values["target_version"] = f"py{lowest[0]}{lowest[1]}"
            place = layers.project.place("project", "requires-python")
            origins["target-version"] = f"inferred from requires-python in {place}"
    preferred = layers.formatter and pyproject.line_length(layers.formatter)
    if layers.formatter and preferred and "line_length" not in values:
        values["line_length"], table = preferred
        place = layers.formatter.place(table, "line-length")
        origins["line-length"] = f"inferred from [{table}] in {place}"


def _merge(
    values: dict[str, Any],
    origins: dict[str, str],
    upper: Mapping[str, Any],
    origin: Callable[[str], str],
) -> None:
    """Lay decoded settings over others: a table key by key, anything else whole."""
    for key, value in upper.items():
        origins[key] = origin(key)
        if key not in FIELDS:
            options = values.setdefault("options", {})
            options[key] = {**options.get(key, {}), **value}
        elif isinstance(value, dict):
            values[FIELDS[key].name] = {**values.get(FIELDS[key].name, {}), **value}
        else:
            values[FIELDS[key].name] = value


def _unknown_id(origin: str, key: str, codemod: str, known: Collection[str]) -> LeverFixError:
    hint = did_you_mean(codemod, known) or "'lever-fix list' shows the codemods"
    return error_at(origin)(f"{label(origin, key)}: no codemod '{codemod}'", hint)
