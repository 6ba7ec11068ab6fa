"""A start that loads no codemod which has nothing to do."""

import dataclasses
import json
import shutil
import subprocess
import sys

import pytest

from lever_fix import outlines, registry
from lever_fix.codemod import Codemod
from lever_fix.engine.workers import Context, Group, prepare
from lever_fix.errors import ConfigError
from lever_fix.settings import Settings

FIELDS = (*(one.name for one in dataclasses.fields(Codemod)), "decides")
"""All that an engine may ask: a field that an outline forgot would quietly have its default."""


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A copy of one of our codemods with its outline, and nothing remembered of the real ones."""
    for name in ("async_sleep.py", outlines.NAME):
        shutil.copy(registry.SHIPPED / name, tmp_path)
    monkeypatch.setattr(registry, "SHIPPED", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(registry.load()))
def test_an_outline_tells_what_the_codemod_says(name):
    known = registry.load()[name]
    if known.origin.parent != registry.SHIPPED:
        pytest.skip("installed by somebody else")
    loaded = registry.load([str(known.origin)])[name]
    assert isinstance(known, outlines.Outlined)
    assert not isinstance(loaded, outlines.Outlined)
    for field in FIELDS:
        assert getattr(known, field) == getattr(loaded, field), field


def test_a_file_without_triggers_loads_none(tmp_path):
    (tmp_path / "a.py").write_text("print(1)\n")
    code = """
import sys
from lever_fix.__main__ import main
try:
    main()
finally:
    heavy = ("lever_fix.domains", "lever_fix_codemods")
    print([name for name in sys.modules if name.startswith(heavy)])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "--no-cache", "--isolated", "a.py"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr


def test_a_changed_codemod_is_asked_itself(shipped):
    path = shipped / "async_sleep.py"
    assert isinstance(registry.load()["async-sleep"], outlines.Outlined)
    other = shipped / "changed"
    other.mkdir()
    text = path.read_text().replace('triggers=("sleep",)', 'triggers=("snooze",)')
    (other / path.name).write_text(text)
    shutil.copy(shipped / outlines.NAME, other)
    found = registry.Codemods({"async-sleep": other / path.name})["async-sleep"]
    assert type(found) is Codemod
    assert found.triggers == (b"snooze",)


@pytest.mark.parametrize("data", ["", "{", "[1]", '{"async-sleep": {"version": 3}}', None])
def test_without_an_outline_the_codemod_is_loaded(shipped, data):
    place = shipped / outlines.NAME
    if data is None:
        place.unlink()
    else:
        place.write_text(data)
    assert type(registry.load()["async-sleep"]) is Codemod


def test_options_that_are_set_are_looked_at_before_any_file(tmp_path):
    settings = Settings(options={"retry-to-tenacity": {"final-slep": "keep"}})
    context = Context(str(tmp_path), (), (Group(("retry-to-tenacity",), settings),))
    with pytest.raises(ConfigError, match="final-slep: unknown option"):
        prepare(context)


def test_the_file_is_read_by_people_too():
    known = json.loads((registry.SHIPPED / outlines.NAME).read_text())
    assert list(known) == sorted(known)
