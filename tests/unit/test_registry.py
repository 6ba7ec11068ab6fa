"""Where codemods come from, in which order they run, and what is said about broken ones."""

from __future__ import annotations

import textwrap

import pytest

from lever_fix import registry
from lever_fix.codemod import Codemod
from lever_fix.errors import CodemodError, UsageError

MINE = '''"""What it does."""
from lever_fix.codemod import codemod

@codemod(summary="Do it", triggers=("x",), cases=())
def {name}(module, project):
    yield from ()
'''


@pytest.fixture
def write(tmp_path):
    def write(name: str, text: str = ""):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text) or MINE.format(name=file.stem))
        return file

    return write


def test_the_shipped_codemods_are_found_whatever_is_called_codemods(tmp_path, monkeypatch):
    (tmp_path / "codemods").mkdir()
    (tmp_path / "codemods/__init__.py").write_text("raise SystemExit('wrong one')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = registry.load()
    assert {"builtin-generics", "optional-to-union"} <= found.keys()
    assert list(found) == sorted(found)


def test_files_are_relative_to_the_root(write, tmp_path):
    write("mods/own_mod.py")
    found = registry.load(["mods/own_mod.py"], tmp_path)
    assert found["own-mod"].summary == "Do it"
    assert found["own-mod"].doc == "What it does."


def test_a_module_of_an_installed_package(write, tmp_path, monkeypatch):
    write("own_package/__init__.py", "pass")
    write("own_package/own_mod.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "own-mod" in registry.load(["own_package.own_mod"])


@pytest.fixture
def point(monkeypatch, tmp_path):
    """Install a package with an entry point, for one test."""

    def install(value: str):
        installed = tmp_path / "site-packages" / "mine-1.0.dist-info"
        installed.mkdir(parents=True)
        (installed / "METADATA").write_text("Name: mine\nVersion: 1.0\n")
        (installed / "entry_points.txt").write_text(f"[{registry.GROUP}]\nmine = {value}\n")
        monkeypatch.syspath_prepend(str(installed.parent))
        registry._installed.cache_clear()

    yield install
    registry._installed.cache_clear()


@pytest.mark.parametrize("value", ["entry_package.own_mod", "entry_package.own_mod:own_mod"])
def test_entry_points(write, tmp_path, monkeypatch, point, value):
    write("entry_package/__init__.py", "pass")
    write("entry_package/own_mod.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    point(value)
    found = registry.load()["own-mod"]
    assert len(found.version) == 64


def test_a_broken_entry_point_is_named(point):
    point("nowhere_at_all:mod")
    with pytest.raises(CodemodError, match=r"'mine' \(nowhere_at_all:mod\) does not load"):
        registry.load()


def test_a_version_is_the_files_bytes(write):
    file = write("own_mod.py")
    first = registry.load([str(file)])["own-mod"]
    assert registry.load([str(file)])["own-mod"] is first
    file.write_text(file.read_text() + "# more\n")
    assert registry.load([str(file)])["own-mod"].version != first.version


def test_two_files_with_one_id(write):
    one, two = write("a/own_mod.py"), write("b/own_mod.py")
    with pytest.raises(CodemodError) as caught:
        registry.load([str(one), str(two)])
    assert str(one) in caught.value.message
    assert str(two) in caught.value.message


def test_the_same_file_twice_is_once(write):
    file = str(write("own_mod.py"))
    assert "own-mod" in registry.load([file, file])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("def f(:\n", "own_mod.py:1: SyntaxError", id="syntax"),
        pytest.param("\n1 / 0\n", "own_mod.py:2: ZeroDivisionError", id="crash"),
        pytest.param("import nowhere_at_all\n", "own_mod.py:1: ModuleNotFoundError", id="import"),
        pytest.param("class E(Exception): ...\nraise E('a')\n", "own_mod.py:2: E: a", id="own"),
        pytest.param("x = 1\n", "no codemod registered with @codemod", id="empty"),
        pytest.param(
            MINE.format(name="own_mod").split("\n", 1)[1], "needs a module docstring", id="no doc"
        ),
        pytest.param(
            MINE.format(name="own_mod").replace('("x",)', "()"), "triggers", id="no triggers"
        ),
        pytest.param(
            MINE.format(name="own_mod").replace('"Do it"', '""'), "summary", id="no summary"
        ),
        pytest.param(
            MINE.format(name="own_mod").replace("summary=", "sumary="), "TypeError", id="misspelt"
        ),
    ],
)
def test_broken_files_are_named_with_their_line(write, text, message):
    file = write("own_mod.py", text)
    with pytest.raises(CodemodError) as caught:
        registry.load([str(file)])
    assert message in caught.value.message
    assert str(file) in caught.value.message
    assert caught.value.hint


def test_a_missing_file(tmp_path):
    with pytest.raises(CodemodError, match="no such codemod file"):
        registry.load([str(tmp_path / "gone.py")])


def _codemods(**after: tuple[str, ...]) -> dict[str, Codemod]:
    return {
        name: Codemod(
            id=name,
            summary="s",
            doc="d",
            triggers=(b"x",),
            cases=(),
            function=print,
            after=befores,
            enabled=name != "off",
        )
        for name, befores in after.items()
    }


@pytest.mark.parametrize(
    ("after", "order"),
    [
        pytest.param({"b": (), "a": ()}, ["a", "b"], id="by id"),
        pytest.param({"a": ("b",), "b": ()}, ["b", "a"], id="declared"),
        pytest.param({"a": ("b",), "b": ("c",), "c": ()}, ["c", "b", "a"], id="chain"),
        pytest.param({"a": ("gone",), "b": ()}, ["a", "b"], id="after one nobody has"),
    ],
)
def test_order(after, order):
    assert registry.in_order(_codemods(**after)) == order


def test_a_circle_is_named():
    with pytest.raises(CodemodError, match="a -> b -> a"):
        registry.in_order(_codemods(a=("b",), b=("a",)))


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        pytest.param({"select": None}, ["a", "b"], id="enabled ones"),
        pytest.param({"select": ["off"]}, ["off"], id="selected though off"),
        pytest.param({"select": None, "extend": ["off"]}, ["a", "b", "off"], id="extended"),
        pytest.param({"select": ["a", "b"], "ignore": ["a"]}, ["b"], id="ignore wins"),
        pytest.param({"select": ["a"], "extend": ["a"]}, ["a"], id="once"),
        pytest.param({"select": []}, [], id="none"),
        pytest.param({"select": None, "ignore": ["unused-suppression"]}, ["a", "b"], id="unused"),
    ],
)
def test_choice(arguments, chosen):
    found = registry.choose(_codemods(a=(), b=(), off=()), **arguments)
    assert [one.id for one in found] == chosen


def test_an_unknown_id_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="no codemod is called 'optional'") as caught:
        registry.choose(_codemods(optionals=()), ["optional"])
    assert caught.value.hint == "did you mean 'optionals'?"
