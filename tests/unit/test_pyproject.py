import pytest

from lever_fix.config import Override, Resolver
from lever_fix.errors import ConfigError, LeverFixError


def write(root, path, text):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode())


def resolve(root, text="", *overrides, directory="", **options):
    write(root, "pyproject.toml", text)
    return Resolver(root, overrides, **options).for_directory(directory)


def table(text):
    return f"[tool.lever-fix]\n{text}\n"


def refused(root, text, *overrides):
    with pytest.raises(LeverFixError) as caught:
        resolve(root, text, *overrides)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("[tool]\nx = \n", 2, id="no-value"),
        pytest.param("[tool\n", 1, id="open-header"),
        pytest.param("a = 1\na = 2\n", 2, id="twice"),
        pytest.param('a = 1\nb = """\n', 3, id="open-to-the-end"),
    ],
)
def test_a_syntax_error_has_its_line(tmp_path, text, line):
    error = refused(tmp_path, text)

    assert error.message.startswith(f"pyproject.toml:{line}: not valid TOML: ")
    assert "(at" not in error.message.replace("(at end of document)", "")


def test_a_file_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "pyproject.toml").write_bytes(b"name = '\xe9'\n")

    with pytest.raises(ConfigError, match=r"pyproject\.toml: not valid UTF-8"):
        Resolver(tmp_path).for_directory()


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        (">=3.9", "py39"),
        (">= 3.11 , < 4", "py311"),
        ("~=3.10", "py310"),
        ("~=3.12.1", "py312"),
        ("==3.11.*", "py311"),
        ("===3.12.4", "py312"),
        (">3.12", "py312"),
        ("<4,>=3.9,!=3.9.7,>=3.12", "py312"),
        (">=3.13rc1", "py313"),
        (">=3.20", "py314"),
        ("<4", "py310"),
        ("", "py310"),
    ],
)
def test_the_target_is_the_lowest_python_allowed(tmp_path, wanted, target):
    resolved = resolve(tmp_path, f'[project]\nname = "x"\nrequires-python = "{wanted}"\n')

    assert resolved.settings.target_version == target
    if target != "py310" or "3.10" in wanted:
        origin = "inferred from requires-python in pyproject.toml:3"
        assert resolved.origins["target-version"] == origin


@pytest.mark.parametrize(
    "wanted", ["'>=3.8'", "'>=3'", "'>=2.7,!=3.0.*'", "'three'", "'^3.9'", "3.9"]
)
def test_a_python_that_no_rewrite_supports_is_refused(tmp_path, wanted):
    project = f"[project]\nrequires-python = {wanted}\n"
    error = refused(tmp_path, project)

    assert error.message.startswith("pyproject.toml:2: [project] requires-python: ")
    # Whoever says the target outright is not asked.
    assert resolve(tmp_path, project + table("target-version = 'py39'")).settings.target == (3, 9)
    assert resolve(tmp_path, project, Override("--target-version", {"target-version": "py312"}))


@pytest.mark.parametrize(
    ("text", "length", "origin"),
    [
        ("[tool.ruff]\nline-length = 100\n", 100, "inferred from [tool.ruff] in pyproject.toml:2"),
        ("[tool.black]\nline-length = 79\n", 79, "inferred from [tool.black] in pyproject.toml:2"),
        (
            "[tool.black]\nline-length=79\n[tool.ruff]\nline-length=99",
            99,
            "inferred from [tool.ruff] in pyproject.toml:4",
        ),
        ("[tool.ruff]\nline-length=99\n" + table("line-length = 70"), 70, "pyproject.toml:4"),
        ("[tool.ruff]\nselect = []\n", 88, "default"),
    ],
)
def test_the_line_length_is_the_formatters(tmp_path, text, length, origin):
    resolved = resolve(tmp_path, text)

    assert (resolved.settings.line_length, resolved.origins["line-length"]) == (length, origin)
