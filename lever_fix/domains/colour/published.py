"""Whether the project around a file is handed to others as a package, or is an application."""

from __future__ import annotations

import tomllib
from functools import partial
from typing import Any

from lever_fix.errors import SourceError
from lever_fix.index.index import Index

_APPLICATIONS = ("requirements.txt", "Pipfile", "manage.py", "Dockerfile")
"""Files beside an application, where nothing says that a package is built of it."""


def is_application(index: Index, path: str) -> bool:
    """True where the nearest project that a file belongs to surely builds no package.

    Where nothing tells, as in an unpacked wheel, somebody may well import it.
    """
    folder = path.rpartition("/")[0]
    while True:
        known: bool | None = index.remember(
            ("application", folder), partial(_told_by, index, folder)
        )
        if known is not None or not folder:
            return bool(known)
        folder = folder.rpartition("/")[0]


def _told_by(index: Index, folder: str) -> bool | None:
    """What the manifests in a folder tell; None for nothing."""
    prefix = f"{folder}/" if folder else ""
    setup = _text(index, f"{prefix}setup.cfg")
    if _text(index, f"{prefix}setup.py") is not None or "[metadata]" in (setup or ""):
        return False
    text = _text(index, f"{prefix}pyproject.toml")
    tables = _tables(text) if text is not None else {}
    poetry = tables.get("tool", {}).get("poetry", {})
    if poetry.get("package-mode") is False:
        return True
    if "build-system" in tables or poetry:
        return False
    told = "project" in tables or any(
        _text(index, f"{prefix}{name}") is not None for name in _APPLICATIONS
    )
    return True if told else None


def _tables(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {"build-system": {}}  # nobody knows


def _text(index: Index, path: str) -> str | None:
    index.asked.add(path)
    try:
        return index.source(path).text.decode("utf-8", "replace")
    except SourceError:
        return None
