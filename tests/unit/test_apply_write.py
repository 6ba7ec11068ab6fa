"""All files or none, each of them whole."""

import errno
import os
import stat
from pathlib import Path

import pytest

from lever_fix.apply import write
from lever_fix.apply.write import Write, write_all
from lever_fix.errors import ApplyError
from lever_fix.sources import digest


def replacing(path: str, before: bytes | None, after: bytes | None) -> Write:
    return Write(path, after, None if before is None else digest(before))


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "top"
    folder.mkdir()
    return folder.resolve()


def names(top: Path) -> list[str]:
    return sorted(path.relative_to(top).as_posix() for path in top.rglob("*"))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        pytest.param("a.py", b"x = 1\n", b"x = 2\n", id="plain"),
        pytest.param("a b/ü 漢.py", b"x", b"y", id="space-and-unicode"),
        pytest.param("[a]*?.py", b"x", b"y", id="glob-characters"),
        pytest.param("a.py", b"\xef\xbb\xbfx\r\ny\r\n", b"\xef\xbb\xbfz\r\ny\r\n", id="bom-crlf"),
        pytest.param("a.py", b"# \xe9\n", b"# \xe9\xe8\n", id="latin-1"),
        pytest.param("a.py", b"", b"x", id="from-empty"),
        pytest.param("a.py", b"x", b"", id="to-empty"),
        pytest.param("a.py", None, b"x", id="new"),
        pytest.param("deep/er/a.py", None, b"x", id="new-in-new-directories"),
        pytest.param("a.py", b"x", None, id="deleted"),
    ],
)
def test_bytes_arrive(top: Path, name: str, before: bytes | None, after: bytes | None) -> None:
    if before is not None:
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_bytes(before)
    write_all(top, [replacing(name, before, after)], "run")
    if after is None:
        assert names(top) == []
    else:
        assert (top / name).read_bytes() == after
        assert not [left for left in names(top) if ".lever-fix" in left]


@pytest.mark.parametrize("mode", [0o755, 0o644, 0o600, 0o664, 0o4755], ids=oct)
def test_mode_is_kept(top: Path, mode: int) -> None:
    file = top / "a.py"
    file.write_bytes(b"x")
    file.chmod(mode)
    write_all(top, [replacing("a.py", b"x", b"y")], "run")
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_new_file_has_the_mode_of_the_umask(top: Path) -> None:
    (top / "other").write_bytes(b"")
    write_all(top, [replacing("a.py", None, b"y")], "run")
    assert (top / "a.py").stat().st_mode == (top / "other").stat().st_mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="chown needs root")
def test_owner_is_kept(top: Path) -> None:
    file = top / "a.py"
    file.write_bytes(b"x")
    os.chown(file, 4321, 1234)
    write_all(top, [replacing("a.py", b"x", b"y")], "run")
    assert (file.stat().st_uid, file.stat().st_gid) == (4321, 1234)


@pytest.mark.skipif(not hasattr(os, "chown"), reason="no owners here")
def test_owner_that_cannot_be_kept_is_a_refusal(top: Path, monkeypatch) -> None:
    (top / "a.py").write_bytes(b"x")
    (top / "b.py").write_bytes(b"x")
    stat_of = Path.stat

    def foreign(path: Path, **options: bool) -> os.stat_result:
        fields = list(stat_of(path, **options))
        if path.name == "b.py":
            fields[4] = 4321
        return os.stat_result(fields)

    def refuse(*arguments: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "stat", foreign)
    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(ApplyError, match=r"^b\.py: cannot write: it belongs to another user"):
        write_all(top, [replacing("a.py", b"x", b"y"), replacing("b.py", b"x", b"y")], "run")
    monkeypatch.undo()
    assert (top / "a.py").read_bytes() == b"x"


def test_hard_link_elsewhere_keeps_its_bytes(top: Path, tmp_path: Path) -> None:
    (tmp_path / "cache.py").write_bytes(b"x")
    os.link(tmp_path / "cache.py", top / "a.py")
    write_all(top, [replacing("a.py", b"x", b"y")], "run")
    assert (tmp_path / "cache.py").read_bytes() == b"x"


def _edit(top: Path) -> None:
    (top / "b.py").write_bytes(b"edited")


def _delete(top: Path) -> None:
    (top / "b.py").unlink()


def _directory(top: Path) -> None:
    (top / "b.py").unlink()
    (top / "b.py").mkdir()


def _read_only(top: Path) -> None:
    (top / "b.py").chmod(0o444)


def _link_out(top: Path) -> None:
    (top.parent / "out.py").write_bytes(b"b")
    (top / "b.py").unlink()
    (top / "b.py").symlink_to(top.parent / "out.py")


def _link_to_other(top: Path) -> None:
    (top / "b.py").unlink()
    (top / "a.py").write_bytes(b"b")
    (top / "b.py").symlink_to("a.py")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        pytest.param(_edit, "b.py: changed since it was analysed", id="edited"),
        pytest.param(_delete, "b.py: deleted since it was analysed", id="deleted"),
        pytest.param(_directory, "b.py: not a regular file", id="directory"),
        pytest.param(_read_only, "b.py: read-only", id="read-only"),
        pytest.param(_link_out, "b.py: leads out of .* through a symbolic link", id="link-out"),
    ],
)
def test_one_bad_file_stops_all(top: Path, prepare, words: str) -> None:
    (top / "a.py").write_bytes(b"a")
    (top / "b.py").write_bytes(b"b")
    prepare(top)
    with pytest.raises(ApplyError, match=words) as caught:
        write_all(top, [replacing("a.py", b"a", b"A"), replacing("b.py", b"b", b"B")], "run")
    assert caught.value.hint
    assert (top / "a.py").read_bytes() == b"a"
    assert names(top) in (["a.py", "b.py"], ["a.py"])


def test_two_names_of_one_file_are_refused(top: Path) -> None:
    (top / "b.py").write_bytes(b"b")
    _link_to_other(top)
    with pytest.raises(ApplyError, match=r"b\.py and a\.py are the same file"):
        write_all(top, [replacing("a.py", b"b", b"A"), replacing("b.py", b"b", b"B")], "run")


def test_link_inside_is_written_through(top: Path) -> None:
    (top / "real").mkdir()
    (top / "real/a.py").write_bytes(b"x")
    (top / "link.py").symlink_to("real/a.py")
    write_all(top, [replacing("link.py", b"x", b"y")], "run")
    assert (top / "link.py").is_symlink()
    assert (top / "real/a.py").read_bytes() == b"y"


def test_directory_link_out_is_refused(top: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.py").write_bytes(b"x")
    (top / "in").symlink_to(tmp_path / "out")
    with pytest.raises(ApplyError, match="leads out of"):
        write_all(top, [replacing("in/a.py", b"x", b"y")], "run")
    with pytest.raises(ApplyError, match="leads out of"):
        write_all(top, [replacing("in/new.py", None, b"y")], "run")
    with pytest.raises(ApplyError, match="leads out of"):
        write_all(top, [replacing("../out/a.py", b"x", b"y")], "run")
    assert names(tmp_path / "out") == ["a.py"]


def test_new_file_that_exists_is_refused(top: Path) -> None:
    (top / "a.py").write_bytes(b"x")
    with pytest.raises(ApplyError, match=r"a\.py: there is a file now"):
        write_all(top, [replacing("a.py", None, b"y")], "run")


def test_edit_between_reading_and_renaming_is_seen(top: Path, monkeypatch) -> None:
    (top / "a.py").write_bytes(b"x")
    stage = write._stage

    def slow(targets) -> None:
        stage(targets)
        (top / "a.py").write_bytes(b"saved in an editor")

    monkeypatch.setattr(write, "_stage", slow)
    with pytest.raises(ApplyError, match="changed while writing"):
        write_all(top, [replacing("a.py", b"x", b"y")], "run")
    assert names(top) == ["a.py"]
    assert (top / "a.py").read_bytes() == b"saved in an editor"


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        pytest.param(OSError(errno.ENOSPC, "No space left on device"), ApplyError, id="disk-full"),
        pytest.param(KeyboardInterrupt(), KeyboardInterrupt, id="ctrl-c"),
    ],
)
@pytest.mark.parametrize("point", ["_stage_one", "_rename", "_sync_directories"])
def test_failure_half_way_takes_everything_back(
    top: Path, monkeypatch, failure: BaseException, error: type[BaseException], point: str
) -> None:
    writes = [replacing(f"{n}.py", b"%d" % n, b"new") for n in range(10)]
    writes += [replacing("new/a.py", None, b"new"), replacing("10.py", b"10", None)]
    for n in range(11):
        (top / f"{n}.py").write_bytes(b"%d" % n)
        (top / f"{n}.py").chmod(0o755)
    real, calls = getattr(write, point), []

    def failing(argument) -> None:
        calls.append(argument)
        if len(calls) == 5 or point == "_sync_directories":
            raise failure
        real(argument)

    monkeypatch.setattr(write, point, failing)
    with pytest.raises(error):
        write_all(top, writes, "run")
    assert {file.name: file.read_bytes() for file in top.iterdir()} == {
        f"{n}.py": b"%d" % n for n in range(11)
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in top.iterdir()} == {0o755}


def test_interrupt_right_after_a_rename_is_taken_back(top: Path, monkeypatch) -> None:
    (top / "a.py").write_bytes(b"a")
    rename = write._rename

    def interrupted(target) -> None:
        rename(target)
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "_rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_all(top, [replacing("a.py", b"a", b"A")], "run")
    assert (top / "a.py").read_bytes() == b"a"


def test_error_names_the_file(top: Path, monkeypatch) -> None:
    (top / "a.py").write_bytes(b"x")

    def refuse(target) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(target.temporary))

    monkeypatch.setattr(write, "_stage_one", refuse)
    with pytest.raises(ApplyError, match=r"^a\.py: cannot write: Permission denied"):
        write_all(top, [replacing("a.py", b"x", b"y")], "run")
