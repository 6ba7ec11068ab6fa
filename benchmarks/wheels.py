"""Large packages to measure on: pinned wheels, fetched by pip, of which the modules are kept."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

CORPUS = Path(__file__).parent / ".corpus"


def fetch(requirement: str) -> Path:
    """The directory of a package's `*.py` files; downloaded once.

    Args:
        requirement: Name and version, such as `litellm==1.109.1`.
    """
    tree = CORPUS / requirement.replace("==", "-")
    if not tree.is_dir():
        wheels = CORPUS / "wheels"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        pip += ["--only-binary=:all:", "--dest", str(wheels), requirement]
        subprocess.run(pip, check=True)
        name, _, version = requirement.partition("==")
        (wheel,) = wheels.glob(f"{name.replace('-', '_')}-{version}-*.whl")
        partial = tree.with_suffix(".partial")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(partial, [one for one in archive.namelist() if one.endswith(".py")])
        partial.rename(tree)
    return tree


def modules(tree: Path) -> list[Path]:
    """The files of a tree, sorted."""
    return sorted(path for path in tree.rglob("*.py") if path.is_file())
