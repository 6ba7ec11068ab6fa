"""`lever-fix list`: the codemods."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from lever_fix import registry
from lever_fix.cli import options
from lever_fix.codemod import Codemod
from lever_fix.config import Resolver
from lever_fix.discovery import find_root
from lever_fix.report.visible import visible
from lever_fix.suppress import UNUSED, UNUSED_SUMMARY


def list_codemods(codemod: options.Codemods = None) -> None:
    """List the codemods, each with its summary."""
    found = known_codemods(codemod or ())
    rows = {
        name: one.summary + ("" if one.enabled else "  (off by default)")
        for name, one in found.items()
    } | {UNUSED: UNUSED_SUMMARY}
    width = max(map(len, rows))
    for name, summary in rows.items():
        sys.stdout.write(visible(f"{name:<{width}}  {summary}") + "\n")


def known_codemods(extra: Sequence[str], isolated: bool = False) -> Mapping[str, Codemod]:
    """Every codemod that a run here would know: shipped, installed, configured and named.

    Args:
        extra: What `--codemod` names.
        isolated: Whether configuration files are left unread.
    """
    cwd = Path.cwd()
    root = find_root([], cwd)
    directory = cwd.resolve().relative_to(root.resolve()).as_posix()
    resolver = Resolver(root, isolated=isolated)
    settings = resolver.for_directory("" if directory == "." else directory).settings
    return registry.load((*settings.codemods, *options.codemod_sources(extra)), root)
