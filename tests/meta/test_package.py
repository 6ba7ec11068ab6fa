"""What is shipped, and what loading it costs."""

import os
import re
import subprocess
import sys
import zipfile

import pytest

from lever_fix.suppress import UNUSED

HEAVY = "git libcst msgspec pathspec platformdirs rich textual tomlkit typer".split()


def python(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, check=True, encoding="utf-8", **options
    )


@pytest.fixture(scope="module")
def installed(root, tmp_path_factory):
    """A directory that holds what the wheel installs, and nothing else."""
    out = tmp_path_factory.mktemp("wheel")
    python("-m", "hatchling", "build", "-t", "wheel", "-d", str(out), cwd=root)
    (wheel,) = out.glob("*.whl")
    site = out / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def test_the_wheel_holds_the_two_packages(installed):
    names = {path.name for path in installed.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"codemods", "lever_fix"}
    shipped = [path for path in installed.rglob("*") if path.is_file()]
    assert [path.name for path in shipped if "__pycache__" in path.parts] == []
    assert {path.suffix for path in shipped if "dist-info" not in str(path)} <= {
        ".py",
        ".typed",
        ".json",
    }


def test_an_installed_wheel_finds_its_codemods(root, installed, tmp_path):
    decoy = tmp_path / "codemods"  # a folder of the user's by the same name
    decoy.mkdir()
    (decoy / "__init__.py").write_text("raise RuntimeError\n")
    (decoy / "mine.py").write_text("raise RuntimeError\n")
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    done = python("-m", "lever_fix", "list", cwd=tmp_path, env=environ)
    listed = {line.split()[0] for line in done.stdout.splitlines()}
    expected = {path.stem.replace("_", "-") for path in (root / "codemods").glob("[!_]*.py")}
    assert expected <= listed <= expected | {UNUSED}
    where = python("-c", "import lever_fix; print(lever_fix.__file__)", cwd=tmp_path, env=environ)
    assert where.stdout.startswith(str(installed))


def test_importing_the_package_loads_nothing_else(root):
    code = "import sys; old = set(sys.modules); import lever_fix; print(*set(sys.modules) - old)"
    assert python("-c", code, cwd=root).stdout.split() == ["lever_fix"]


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        pytest.param(["--version"], HEAVY, id="version"),
        pytest.param(["--help"], ["git", "libcst", "textual"], id="help"),
        pytest.param(["list"], ["git", "libcst", "textual"], id="list"),
        pytest.param(
            ["check", "--no-cache", "lever_fix/errors.py"], ["git", "textual"], id="check"
        ),
    ],
)
def test_a_command_loads_no_more_than_it_needs(root, arguments, unwanted):
    done = python("-X", "importtime", "-m", "lever_fix", *arguments, cwd=root)
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert "lever_fix" in loaded
    assert loaded & set(unwanted) == set()
