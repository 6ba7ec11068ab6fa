"""`lever-fix config`: the settings in force, and where each comes from."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from lever_fix.cli import options
from lever_fix.config import Resolved
from lever_fix.report.visible import visible
from lever_fix.settings import FIELDS
from lever_fix.workflow import opened

_UNSET = {"select": "(all enabled)", "baseline": "(none)"}


def config(
    path: options.Paths = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    target_version: options.Target = "",
    overrides: options.Config = None,
    isolated: options.Isolated = False,
) -> None:
    """Show the settings in force for a directory, and where each comes from."""
    shared = options.Shared(
        path, select, ignore, target_version, "", None, 1, True, overrides, isolated
    )
    with opened(options.request(shared)) as session:
        where = (path or ["."])[0]
        directory = Path(where).resolve()
        if directory.is_file():
            directory = directory.parent
        relative = directory.relative_to(session.root.resolve()).as_posix()
        resolved = session.resolver.for_directory("" if relative == "." else relative)
        sys.stdout.write(_table(resolved))


def _table(resolved: Resolved) -> str:
    rows = []
    for key, field in FIELDS.items():
        value = getattr(resolved.settings, field.name)
        shown = _UNSET[key] if value is None else _toml(value)
        rows.append((key, shown, resolved.origins.get(key, "default")))
    for name, table in resolved.settings.options.items():
        rows.append((name, _toml(table), resolved.origins.get(name, "default")))
    first, second = (max(len(row[at]) for row in rows) for at in (0, 1))
    second = min(second, 60)
    lines = (f"{key:<{first}}  {value:<{second}}  {origin}" for key, value, origin in rows)
    return "".join(f"{visible(line)}\n" for line in lines)


def _toml(value: object) -> str:
    return msgspec.json.encode(value).decode()
