"""Packages a fix needs, added to the manifest of the nearest project."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError
from tomlkit.items import Array

from lever_fix.errors import SourceError
from lever_fix.model import FileChange
from lever_fix.rewrite.requirements import REQUIREMENTS, normalised, place, with_requirements

_ITEM = re.compile(r"""\#[^\n]*|("(?:[^"\\]|\\.)*"|'[^']*')""")
_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^]]*\])?(.*)")


def add_packages(
    root: Path, path: str, packages: Iterable[str], overlay: Mapping[str, bytes] | None = None
) -> FileChange | None:
    """The manifest of the nearest project above `path`, with the packages added.

    `pyproject.toml` is asked first (`[project] dependencies`, then Poetry's table), then the
    requirements files.

    Args:
        root: Root of the run; no manifest above it is touched.
        path: The file that needs the packages, relative to the root.
        packages: Requirements, such as `tenacity>=9`.
        overlay: Bytes of files in place of those on disk, by path relative to the root.

    Returns:
        The change; None where nothing is missing, or where there is no manifest to add to.

    Raises:
        SourceError: The manifest is malformed; the message names its line.
    """
    wanted = {normalised(package): package for package in packages}
    if not wanted:
        return None
    for folder in PurePosixPath(path).parents:
        for manifest, before in _manifests(root, folder, overlay or {}):
            text = _decoded(str(manifest), before)
            if manifest.name != "pyproject.toml":
                after = with_requirements(root / manifest, text, wanted)
            elif (changed := _with_dependencies(str(manifest), text, wanted)) is not None:
                after = changed
            else:
                continue
            data = _encoded(before, after)
            return (
                None
                if data == before
                else FileChange(path=str(manifest), before=before, after=data)
            )
    return None


def _manifests(
    root: Path, folder: PurePosixPath, overlay: Mapping[str, bytes]
) -> Iterator[tuple[PurePosixPath, bytes]]:
    for name in ("pyproject.toml", *REQUIREMENTS):
        manifest = folder / name
        if str(manifest) in overlay:
            yield manifest, overlay[str(manifest)]
        elif (root / manifest).is_file():
            yield manifest, _read(root, manifest)


def _read(root: Path, manifest: PurePosixPath) -> bytes:
    try:
        return (root / manifest).read_bytes()
    except OSError as error:
        raise SourceError(
            f"{manifest}: {error.strerror or error}", "check its permissions"
        ) from error


def _decoded(path: str, data: bytes) -> str:
    """The text with line feeds alone: `_encoded` brings carriage returns back."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SourceError(f"{path}:{line}: not valid UTF-8", "save it as UTF-8") from error


def _encoded(before: bytes, text: str) -> bytes:
    if b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    return (b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b"") + text.encode("utf-8")


def _with_dependencies(path: str, text: str, wanted: dict[str, str]) -> str | None:
    """The text of a `pyproject.toml` with the packages; None where it lists no dependencies."""
    try:
        document = tomlkit.parse(text)
    except ParseError as error:
        raise SourceError(
            f"{path}:{error.line}: malformed TOML: {error}", "mend the file, then run again"
        ) from error
    project, table = document.get("project"), _poetry_table(document)
    dynamic = project.get("dynamic", ()) if isinstance(project, dict) else ()
    lists = isinstance(project, dict) and (table is None or "dependencies" in project)
    if lists and "dependencies" not in dynamic:
        return _with_project_dependencies(path, document, project, wanted)
    if table is not None:
        present = {normalised(name) for name in table}
        for name in sorted(wanted.keys() - present):
            _add_to_poetry(table, wanted[name])
        return document.as_string()
    return None


def _poetry_table(document: tomlkit.TOMLDocument) -> Any:
    """The table `[tool.poetry.dependencies]`, or None."""
    table: Any = document
    for key in ("tool", "poetry", "dependencies"):
        table = table.get(key)
        if not isinstance(table, dict):
            return None
    return table


def _with_project_dependencies(
    path: str, document: tomlkit.TOMLDocument, project: Any, wanted: dict[str, str]
) -> str:
    held = project.get("dependencies", [])
    if not isinstance(held, list) or not all(isinstance(item, str) for item in held):
        raise SourceError(
            f"{path}: [project] dependencies: not a list of strings",
            'write it as dependencies = ["name>=1"]',
        )
    present = {normalised(str(item)) for item in held}
    missing = [wanted[name] for name in sorted(wanted.keys() - present)]
    if not missing:
        return document.as_string()
    array = held.as_string() if isinstance(held, Array) else "[]"
    for package in missing:
        array = _inserted(array, package)
    project["dependencies"] = tomlkit.parse(f"array = {array}\n")["array"]
    return document.as_string()


def _inserted(array: str, package: str) -> str:
    """The text of an array of requirements with one more, in the layout and order it has."""
    items = [match for match in _ITEM.finditer(array) if match[1]]
    if not items:
        return _into_empty(array, package)
    quote = "'" if items[0][1].startswith("'") and "'" not in package else '"'
    text = f"{quote}{package}{quote}"
    index = place(package, [item[1][1:-1] for item in items])
    stops = [0, *(item.start() for item in items)]
    own_lines = all("\n" in array[a:b] for a, b in itertools.pairwise(stops))
    if own_lines:
        return _as_line(array, items, index, text)
    if index < len(items):
        at = items[index].start()
        return f"{array[:at]}{text}, {array[at:]}"
    at = items[-1].end()
    return f"{array[:at]}, {text}{array[at:]}"


def _into_empty(array: str, package: str) -> str:
    if "\n" not in array:
        return f'["{package}"]'
    return f'{array[:-1].rstrip()}\n    "{package}",\n]'


def _as_line(array: str, items: Sequence[re.Match[str]], index: int, text: str) -> str:
    """Add a line to an array with one requirement a line."""
    beside = items[max(0, index - 1)]
    line = array.rfind("\n", 0, beside.start()) + 1
    indent = array[line : beside.start()]
    if index == 0:
        return f"{array[:line]}{indent}{text},\n{array[line:]}"
    end = array.find("\n", beside.end())
    comma = re.match(r"[ \t]*,", array[beside.end() :])
    if comma is None:  # the last one, and the style has no comma behind it
        rest = array[beside.end() : end] if end >= 0 else array[beside.end() : -1]
        tail = array[end:] if end >= 0 else "]"
        return f"{array[: beside.end()]},{rest.rstrip()}\n{indent}{text}{tail}"
    end = end if end >= 0 else len(array) - 1
    return f"{array[:end]}\n{indent}{text},{array[end:]}"


def _add_to_poetry(table: Any, package: str) -> None:
    match = _REQUIREMENT.match(package)
    if match is None:
        table[package] = "*"
        return
    name, extras, version = match[1], match[2], match[3].strip() or "*"
    if extras is None:
        table[name] = version
        return
    value = tomlkit.inline_table()
    value.update({"version": version, "extras": re.findall(r"[\w.-]+", extras)})
    table[name] = value
