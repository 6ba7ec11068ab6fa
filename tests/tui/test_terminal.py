"""The full-screen review of the example shop in a real terminal, with tmux at the keys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TMUX = shutil.which("tmux")
SECONDS = 90

pytestmark = pytest.mark.skipif(TMUX is None, reason="tmux is not installed on this machine")


class Terminal:
    """A tmux session of its own, on a socket of its own."""

    def __init__(self, folder: Path, columns: int, rows: int, environment: dict[str, str]) -> None:
        self.folder = folder
        self.socket = folder / "tmux.sock"
        self.environment = environment
        size = ("-x", str(columns), "-y", str(rows))
        self.tmux("-f", os.devnull, "new-session", "-d", "-s", "review", *size, "sh")

    def tmux(self, *arguments: str) -> str:
        command = [TMUX, "-S", str(self.socket), *arguments]
        done = subprocess.run(command, capture_output=True, env=self.environment, check=True)
        return done.stdout.decode()

    @property
    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "review")

    def type(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "review", *keys)

    def wait(self, text: str) -> str:
        """The screen, once it shows this."""
        deadline = time.monotonic() + SECONDS
        while text not in (screen := self.screen):
            assert time.monotonic() < deadline, f"{text!r} never came:\n{screen}"
            time.sleep(0.1)
        return screen

    def press(self, key: str, text: str) -> str:
        """Press a key and wait for what it brings."""
        self.type(key)
        return self.wait(text)

    def end(self) -> None:
        subprocess.run([TMUX, "-S", str(self.socket), "kill-server"], check=False)


@pytest.fixture
def shop(make_repo, tmp_path: Path):
    """The example shop in a repository of its own."""
    repo = make_repo("shop")
    skipped = shutil.ignore_patterns("__pycache__", ".*cache*")
    shutil.copytree(ROOT / "examples" / "shop", repo.path, dirs_exist_ok=True, ignore=skipped)
    repo.git("add", "--all")
    repo.git("commit", "-q", "-m", "The shop")
    return repo


@pytest.fixture
def terminal(shop, tmp_path: Path) -> Iterator[Terminal]:
    script = tmp_path / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "file.write_text(file.read_text().replace('dict[str, int]', 'dict[str, object]'))\n"
    )
    environment = {
        **os.environ,
        "EDITOR": f"{sys.executable} {script}",
        "VISUAL": "",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
    }
    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        environment.pop(name, None)
    made = Terminal(tmp_path, 110, 32, environment)
    yield made
    made.end()


def test_a_walk_through_the_shop(terminal: Terminal, shop):
    command = (
        f"cd {shop.path} && {sys.executable} -m lever_fix review -s builtin-generics shop/app.py"
    )
    terminal.type(command, "Enter")
    screen = terminal.wait("undecided")
    assert "builtin-generics" in screen
    terminal.press("n", "1 rejected")  # the import that only moved
    terminal.press("y", "1 accepted")
    terminal.press("y", "2 accepted")
    terminal.press("n", "2 rejected")
    terminal.press("u", "1 rejected")
    terminal.press("g", "1/")
    terminal.type("/")
    terminal.wait("Show only")
    terminal.type("dict", "Enter")
    terminal.wait("filter: dict")
    terminal.type("J")
    terminal.press("e", "3 accepted")
    terminal.press("w", "Wrote 3 in 1 file")
    terminal.type("q")
    terminal.wait("rejected, ")
    _is_as_decided(shop)


def test_a_write_that_is_put_to_the_test_goes_on_beside_the_screen(
    terminal: Terminal, shop, tmp_path: Path
):
    gate = tmp_path / "gate"
    gate.touch()
    check = f"while test -e {gate}; do sleep 0.1; done"
    review = f"{sys.executable} -m lever_fix review -s builtin-generics --verify '{check}'"
    terminal.type(f"cd {shop.path} && {review} shop/app.py", "Enter")
    terminal.wait("undecided")
    terminal.press("n", "1 rejected")
    terminal.press("y", "1 accepted")
    terminal.press("w", "Verifying: run 1, as things are")
    terminal.press("G", "9/9")  # one reads on
    terminal.press("y", "`y` has to wait")
    terminal.press("Escape", "Stopped; nothing was written.")
    assert shop.status == ["?? .lever-fix/"]
    assert shop.git("worktree", "list").count("\n") == 0
    gate.unlink()
    terminal.press("w", "What came of it")
    assert "does not notice" in terminal.screen  # a command that always passes is no proof
    terminal.press("x", "Wrote 1 in 1 file")
    assert shop.status == [" M shop/app.py", "?? .lever-fix/"]
    terminal.type("q")
    terminal.wait("rejected, ")


def _is_as_decided(shop) -> None:
    """Two accepted, one edited, and not one byte more."""
    assert shop.status == [" M shop/app.py", "?? .lever-fix/"]
    changed = [
        line
        for line in shop.git("diff", "--unified=0").splitlines()
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]
    added = [line[1:] for line in changed if line[0] == "+"]
    assert len(added) == len(changed) / 2 == 3
    kinds = sorted(line.partition("-> ")[2] or line for line in added)
    assert [line.rstrip(":") for line in kinds][1:] == ["dict[str, Any]", "dict[str, object]"]
    assert "list[str]" in kinds[0]
