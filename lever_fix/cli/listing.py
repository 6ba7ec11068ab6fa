"""`lever-fix list`: the codemods."""

from __future__ import annotations

import sys
from pathlib import Path

from lever_fix import registry
from lever_fix.cli import options
from lever_fix.config import Resolver
from lever_fix.discovery import find_root


def list_codemods(codemod: options.Codemods = None) -> None:
    """List the codemods, each with its summary."""
    root = find_root([], Path.cwd())
    extra = Resolver(root).for_directory().settings.codemods
    found = registry.load((*extra, *(codemod or ())), root)
    width = max(map(len, found), default=0)
    for name, one in found.items():
        off = "" if one.enabled else "  (off by default)"
        sys.stdout.write(f"{name:<{width}}  {one.summary}{off}\n")
