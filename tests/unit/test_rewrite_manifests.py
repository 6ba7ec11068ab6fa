"""Packages added to the manifest of the nearest project, in its layout."""

from pathlib import Path

import pytest

from lever_fix.errors import SourceError
from lever_fix.rewrite.manifests import add_packages

PACKAGE = "tenacity>=9"


def changed(root: Path, files: dict[str, str], path: str = "app/m.py", *packages: str):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return add_packages(root, path, packages or (PACKAGE,))


def check_manifest(root: Path, name: str, before: str, after: str, *packages: str) -> None:
    change = changed(root, {name: before}, "app/m.py", *packages)
    assert change is not None
    assert (change.path, change.before) == (name, before.encode())
    assert change.after.decode() == after
    (root / name).write_bytes(change.after)
    assert add_packages(root, "app/m.py", packages or (PACKAGE,)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('["a", "z"]', '["a", "tenacity>=9", "z"]', id="sorted"),
        pytest.param('["z", "a"]', '["z", "a", "tenacity>=9"]', id="unsorted"),
        pytest.param('["z"]', '["tenacity>=9", "z"]', id="before-the-first"),
        pytest.param("['z']", "['tenacity>=9', 'z']", id="single-quotes"),
        pytest.param("[]", '["tenacity>=9"]', id="empty"),
        pytest.param("[\n]", '[\n    "tenacity>=9",\n]', id="empty-lines"),
        pytest.param(
            '[\n  "a[x]>=1",  # why\n  "z; python_version < \'4\'",\n]',
            '[\n  "a[x]>=1",  # why\n  "tenacity>=9",\n  "z; python_version < \'4\'",\n]',
            id="one-a-line",
        ),
        pytest.param(
            '[\n\t"a",\n\t"b"\n]', '[\n\t"a",\n\t"b",\n\t"tenacity>=9"\n]', id="no-last-comma"
        ),
        pytest.param(
            '[\n    "a",\n    "b"  # c\n]',
            '[\n    "a",\n    "b",  # c\n    "tenacity>=9"\n]',
            id="no-last-comma-and-a-comment",
        ),
        pytest.param(
            '[\n    # web\n    "z",\n    # db\n    "a",\n    # end\n]',
            '[\n    # web\n    "z",\n    # db\n    "a",\n    "tenacity>=9",\n    # end\n]',
            id="comments-between",
        ),
        pytest.param(
            '[\n    "a", "b",\n    "z",\n]',
            '[\n    "a", "b",\n    "tenacity>=9", "z",\n]',
            id="several-a-line",
        ),
        pytest.param('[ "a" ]', '[ "a", "tenacity>=9" ]', id="spaces"),
    ],
)
def test_project_dependencies(tmp_path, before, after):
    text = '# top\n[project]\nname = "x"  # n\ndependencies = {} # d\n\n[tool.x]\ny = 1\n'
    check_manifest(tmp_path, "pyproject.toml", text.format(before), text.format(after))


def test_project_without_dependencies(tmp_path):
    change = changed(tmp_path, {"pyproject.toml": '[project]\nname = "x"\n\n[tool.y]\nz = 1\n'})
    assert change is not None
    assert change.after.decode() == (
        '[project]\nname = "x"\ndependencies = ["tenacity>=9"]\n\n[tool.y]\nz = 1\n'
    )


def test_crlf_and_several_packages(tmp_path):
    check_manifest(
        tmp_path,
        "pyproject.toml",
        '[project]\r\ndependencies = [\r\n    "b",\r\n]\r\n',
        '[project]\r\ndependencies = [\r\n    "a>1",\r\n    "b",\r\n    "c",\r\n]\r\n',
        "c",
        "a>1",
    )


@pytest.mark.parametrize(
    ("package", "line"),
    [
        pytest.param("tenacity>=9", 'tenacity = ">=9"', id="version"),
        pytest.param("tenacity", 'tenacity = "*"', id="any-version"),
        pytest.param("u[x]>1", 'u = {version = ">1", extras = ["x"]}', id="extras"),
    ],
)
def test_poetry_dependencies(tmp_path, package, line):
    text = '[tool.poetry.dependencies]\npython = "^3.11"\n{}\n[tool.x]\ny = 1\n'
    check_manifest(tmp_path, "pyproject.toml", text.format(""), text.format(line + "\n"), package)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a\nz==1\n", "a\ntenacity>=9\nz==1\n", id="sorted"),
        pytest.param("z\na\n", "z\na\ntenacity>=9\n", id="unsorted"),
        pytest.param("a\nb", "a\nb\ntenacity>=9", id="no-final-newline"),
        pytest.param("", "tenacity>=9\n", id="empty"),
        pytest.param("a\r\nz\r\n", "a\r\ntenacity>=9\r\nz\r\n", id="crlf"),
        pytest.param(
            "# top\na \\\n    --hash=sha256:1\n# z is slow\nz\n",
            "# top\na \\\n    --hash=sha256:1\ntenacity>=9\n# z is slow\nz\n",
            id="hashes-and-comments",
        ),
        pytest.param(
            "-e .\n--index-url x\nz\n", "-e .\n--index-url x\ntenacity>=9\nz\n", id="options"
        ),
    ],
)
def test_requirements(tmp_path, before, after):
    check_manifest(tmp_path, "requirements.txt", before, after)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"requirements.txt": "a\n", "requirements.in": "a\n"}, "requirements.in", id="in"
        ),
        pytest.param({"requirements/base.txt": "a\n"}, "requirements/base.txt", id="folder"),
        pytest.param(
            {"pyproject.toml": "[tool.x]\n", "requirements.txt": "a\n"},
            "requirements.txt",
            id="pyproject-of-tools-alone",
        ),
        pytest.param(
            {"pyproject.toml": '[project]\ndynamic = ["dependencies"]\n', "requirements.txt": ""},
            "requirements.txt",
            id="dynamic",
        ),
        pytest.param(
            {"pyproject.toml": "[project]\n", "app/requirements.txt": "a\n"},
            "app/requirements.txt",
            id="nearest",
        ),
        pytest.param(
            {"pyproject.toml": "[project]\n", "app/pyproject.toml": "[tool.x]\n"},
            "pyproject.toml",
            id="nearest-that-lists-any",
        ),
        pytest.param(
            {"pyproject.toml": "[project]\n", "lib/requirements.txt": ""},
            "pyproject.toml",
            id="not-beside",
        ),
    ],
)
def test_chooses_the_manifest(tmp_path, files, expected):
    change = changed(tmp_path, files)
    assert change is not None
    assert change.path == expected


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="no-manifest"),
        pytest.param({"pyproject.toml": '[project]\ndynamic = ["dependencies"]\n'}, id="dynamic"),
        pytest.param({"requirements.txt": "Tenacity[x]==8 ; python_version > '3'\n"}, id="listed"),
        pytest.param(
            {"requirements.txt": "-r a.txt\n", "a.txt": "-r requirements.txt\ntenacity"},
            id="included",
        ),
        pytest.param({"requirements.txt": "git+https://x/y#egg=tenacity\n"}, id="egg"),
        pytest.param({"requirements.txt": "tenacity @ https://x/y.whl\n"}, id="url"),
        pytest.param(
            {"pyproject.toml": '[project]\ndependencies = ["TENACITY~=9"]\n'}, id="in-project"
        ),
        pytest.param(
            {"pyproject.toml": '[tool.poetry.dependencies]\ntenacity = "9"\n'}, id="in-poetry"
        ),
    ],
)
def test_changes_nothing(tmp_path, files):
    assert changed(tmp_path, files) is None


def test_names_are_compared_as_pip_does(tmp_path):
    files = {"pyproject.toml": '[project]\ndependencies = ["Zope.Interface"]\n'}
    assert changed(tmp_path, files, "m.py", "zope_interface>=1") is None


def test_a_manifest_above_the_root_is_left_alone(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "root").mkdir()
    assert add_packages(tmp_path / "root", "app/m.py", [PACKAGE]) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"[project]\nname = \n", r"^pyproject\.toml:2: malformed TOML", id="toml"),
        pytest.param(
            b"[project]\nx = '\xff'\n", r"^pyproject\.toml:2: not valid UTF-8", id="bytes"
        ),
        pytest.param(b"[project]\ndependencies = 1\n", r"\[project\] dependencies", id="type"),
    ],
)
def test_malformed_manifest(tmp_path, data, message):
    (tmp_path / "pyproject.toml").write_bytes(data)
    with pytest.raises(SourceError, match=message) as caught:
        add_packages(tmp_path, "m.py", [PACKAGE])
    assert caught.value.hint
