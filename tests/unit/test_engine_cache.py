"""The cache: nothing is worked out twice, and nothing stale or foreign is believed."""

from __future__ import annotations

import ast
import os
import symtable
from pathlib import Path

import msgspec
import pytest

from lever_fix.engine import cache
from lever_fix.engine.run import Run
from lever_fix.semantics import lexical, module
from lever_fix.settings import Settings

FILES = {
    "a.py": "from typing import Optional\nx: Optional[int] = None\n",
    "pkg/b.py": "import typing as t\n\ndef f(x: t.Optional[str]): ...\n",
    "pkg/c.py": "y = 1\n",
}


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was parsed or lexed, in this process."""
    seen: list[str] = []

    def spy(owner, name):
        original = getattr(owner, name)

        def spied(*arguments, **options):
            seen.append(name)
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, spied)

    spy(ast, "parse")
    spy(symtable, "symtable")
    spy(lexical, "lex")
    spy(module, "lex")
    return seen


@pytest.fixture
def seeded(lab):
    """Files, a first run that filled the cache, and the two codemods."""
    lab.write(FILES)
    lab.ids += ["builtin-generics", "optional-to-union"]
    first = lab.run(cache=True).plan()
    assert [one.path for one in first.findings] == ["a.py", "pkg/b.py"]
    return lab, first


def stored(lab) -> Path:
    (file,) = (lab.root / ".cache").glob("*.msgpack")
    return file


def test_a_second_run_parses_nothing(seeded, parses):
    lab, first = seeded
    assert lab.run(cache=True).plan() == first
    assert parses == []


def test_without_a_cache_everything_is_parsed_again(seeded, parses):
    lab, first = seeded
    assert lab.run().plan() == first
    assert parses


def test_only_a_changed_file_is_looked_at_again(seeded, monkeypatch):
    lab, _ = seeded
    lab.write({"a.py": FILES["a.py"] + "z: Optional[str] = None\n"})
    looked: list[str] = []
    scan = Run._scan
    monkeypatch.setattr(Run, "_scan", lambda run, paths: (looked.extend(paths), scan(run, paths)))
    plan = lab.run(cache=True).plan()
    assert looked == ["a.py"]
    assert [one.path for one in plan.findings] == ["a.py", "a.py", "pkg/b.py"]


def test_deleted_and_added_files(seeded, parses):
    lab, _ = seeded
    (lab.root / "a.py").rename(lab.root / "new.py")
    plan = lab.run(cache=True).plan()
    assert [one.path for one in plan.findings] == ["new.py", "pkg/b.py"]
    assert "a.py" not in cache.read(lab.root / ".cache", stored(lab).stem)
    parses.clear()
    lab.run(cache=True).plan()
    assert parses == []


def test_a_run_over_a_part_keeps_the_entries_of_the_rest(seeded, parses):
    lab, first = seeded
    lab.write({"a.py": FILES["a.py"] + "\n"})
    part = lab.run(cache=True)
    part.groups = {"a.py": 0}
    part.plan()
    parses.clear()
    assert lab.run(cache=True).plan().findings == first.findings
    assert parses == []


def _flip(data: bytes) -> bytes:
    at = data.rindex(b"Optional")
    return data[:at] + b"optional" + data[at + 8 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-20], id="cut short"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: b"\x00" * len(data), id="zeroes"),
        pytest.param(lambda data: b"SQLite format 3\x00" + data, id="foreign"),
        pytest.param(lambda data: _flip(data), id="one word fell over"),
        pytest.param(lambda data: b"\x91" * 100_000, id="deeply nested"),
    ],
)
def test_a_damaged_file_is_ignored_and_written_anew(seeded, parses, damage):
    lab, first = seeded
    file = stored(lab)
    file.write_bytes(damage(file.read_bytes()))
    assert lab.run(cache=True).plan() == first
    assert parses
    parses.clear()
    assert lab.run(cache=True).plan() == first
    assert parses == []


def test_an_entry_that_cannot_be_decoded_is_worked_out_again(seeded):
    lab, first = seeded
    directory, key = lab.root / ".cache", stored(lab).stem
    entries = dict(cache.read(directory, key))
    odd = msgspec.Raw(msgspec.msgpack.encode({"outcome": 3}))
    entries["a.py"] = msgspec.structs.replace(entries["a.py"], scanned=odd)
    cache.write(directory, key, entries)
    assert lab.run(cache=True).plan() == first


def test_a_file_in_place_of_the_directory_is_left_alone(lab):
    lab.write({**FILES, ".cache": "mine"})
    lab.ids += ["optional-to-union"]
    assert len(lab.run(cache=True).plan().findings) == 2
    assert (lab.root / ".cache").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_cannot_be_written_to(seeded):
    lab, first = seeded
    lab.write({"a.py": FILES["a.py"] + "\n"})
    (lab.root / ".cache").chmod(0o500)
    assert lab.run(cache=True).plan().findings == first.findings


def test_a_failed_write_leaves_no_temporary_file(seeded, monkeypatch):
    lab, _ = seeded

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    lab.write({"a.py": FILES["a.py"] + "\n"})
    lab.run(cache=True).plan()
    assert not list((lab.root / ".cache").glob("*.tmp"))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(Settings(target_version="py312"), id="target"),
        pytest.param(Settings(line_length=70), id="line length"),
        pytest.param(Settings(unsafe=("optional-to-union",)), id="level"),
        pytest.param(Settings(options={"optional-to-union": {"a": 1}}), id="options"),
    ],
)
def test_other_settings_have_another_key(seeded, settings):
    lab, _ = seeded
    usual = cache.key_of(lab.run().workers.context)
    assert cache.key_of(lab.run(settings=settings).workers.context) != usual


def test_another_version_or_python_has_another_key(seeded, monkeypatch):
    lab, _ = seeded
    context = lab.run().workers.context
    usual = cache.key_of(context)
    assert cache.key_of(context) == usual
    monkeypatch.setattr(cache, "__version__", "99")
    assert cache.key_of(context) != usual
    monkeypatch.undo()
    monkeypatch.setattr(cache.sys, "version", "4.0")
    assert cache.key_of(context) != usual


def test_a_changed_codemod_has_another_key(lab, monkeypatch):
    lab.write({"m.py": "x = 'old'\n"})
    file = lab.replacing("freshen", "old", "new")
    context = lab.run().workers.context
    usual = cache.key_of(context)
    file.write_text(file.read_text() + "\n# another thought\n")
    assert cache.key_of(context) != usual


def test_git_ignores_the_cache(repo, lab):
    lab.root = repo.path
    lab.write(FILES)
    lab.ids += ["optional-to-union"]
    lab.run(cache=True).plan()
    assert (repo.path / ".cache").is_dir()
    assert not any(".cache" in line for line in repo.status)


def test_a_directory_of_the_users_gets_no_ignore_file(lab):
    lab.write({**FILES, ".cache/notes.txt": "mine"})
    lab.ids += ["optional-to-union"]
    lab.run(cache=True).plan()
    assert stored(lab)
    assert not (lab.root / ".cache" / ".gitignore").exists()


def test_a_syntax_error_is_told_again(lab, parses):
    lab.write({"bad.py": "from typing import Optional\nx: Optional[int]\ndef f(:\n"})
    lab.ids += ["optional-to-union"]
    first = lab.run(cache=True).plan()
    assert [(one.path, one.line) for one in first.problems] == [("bad.py", 3)]
    parses.clear()
    assert lab.run(cache=True).plan() == first
    assert parses == []


def test_a_file_that_could_not_be_read_is_tried_again(lab):
    lab.write({"a.py": b"x = '\xff'\n", "b.py": "y = 1\n"})
    lab.replacing("freshen", "y = 1", "y = 2")
    assert len(lab.run(cache=True).plan().problems) == 1
    assert "a.py" not in cache.read(lab.root / ".cache", stored(lab).stem)
    assert len(lab.run(cache=True).plan().problems) == 1


def test_a_crash_is_not_remembered(lab, monkeypatch):
    lab.write({"a.py": "y = 1\n", "b.py": "y = 1\n"})
    body = """
    import os
    if "LAB_WELL" not in os.environ and module.path == "a.py":
        1 / 0
    yield from (replaced(module, span, "y = 2") for span in each(module, b"y = 1"))
    """
    lab.codemod("moody", body)
    assert len(lab.run(cache=True).plan().problems) == 1
    monkeypatch.setenv("LAB_WELL", "1")
    plan = lab.run(cache=True).plan()
    assert (len(plan.problems), len(plan.findings)) == (0, 2)


def test_what_is_not_written_yet_is_not_looked_up(lab):
    lab.write({"m.py": "x = 'old'\n"})
    lab.replacing("freshen", "old", "new")
    lab.run(cache=True).plan()
    run = lab.run(cache=True)
    run.replace({"m.py": b"x = 'new'\n"})
    assert run.plan().findings == ()


def test_the_longest_unused_configurations_go(lab):
    lab.write(FILES)
    lab.ids += ["optional-to-union"]
    for length in range(70, 70 + cache.KEEP + 3):
        lab.run(cache=True, settings=Settings(line_length=length)).plan()
    assert len(list((lab.root / ".cache").glob("*.msgpack"))) == cache.KEEP


def test_somebody_who_listens_hears_of_each_portion(lab, monkeypatch):
    monkeypatch.setattr("lever_fix.engine.chunks.PORTION", 1)
    lab.replacing("turn", "old", "new")
    lab.write({f"{name}.py": "old\n" for name in "abc"})
    run, heard = lab.run(cache=True), []
    run.heard = lambda scanned: heard.append((scanned, len(run.so_far().findings)))
    whole = run.plan()
    assert heard == [(1, 1), (2, 2), (3, 3)]
    assert whole == lab.run().plan()
    assert lab.run(cache=True).plan() == whole
