"""The README is true: what it takes from the code is up to date, what it names exists."""

import re
import subprocess
import sys

import pytest

from lever_fix import registry
from lever_fix.config import decode_options
from lever_fix.settings import FIELDS, Settings, decode

SHIPPED = [one for one in registry.load().values() if one.origin.parent == registry.SHIPPED]


@pytest.fixture(scope="module")
def text(readme):
    return readme.README.read_text(encoding="utf-8")


def test_the_first_block_is_the_two_commands(readme):
    assert readme.commands() == [
        "pip install uv && uv run lever-fix apply --dry-run examples/shop",
        "uv run pytest",
    ]


def test_table_and_picture_are_up_to_date(root, readme):
    command = [sys.executable, readme.__file__, "check"]
    environ = {"PYTHONPATH": str(root)}
    done = subprocess.run(
        command, cwd=root, env=environ, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_check_notices_a_stale_table(readme, tmp_path, monkeypatch):
    stale = tmp_path / "README.md"
    current = readme.README.read_text(encoding="utf-8")
    stale.write_text(current.replace("`optional-to-union`", "`optional`"), encoding="utf-8")
    monkeypatch.setattr(readme, "README", stale)
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    monkeypatch.setattr(readme, "tour", lambda: readme.TOUR.read_text(encoding="utf-8"))
    assert readme.main(["check"]) == 1
    assert readme.main(["write"]) == 0
    assert stale.read_text(encoding="utf-8") == current


def test_the_picture_fetches_nothing(readme):
    picture = readme.TOUR.read_text(encoding="utf-8")
    assert len(picture) < 60_000
    assert not re.findall(r"url\((?!#)|@import|@font-face|<script|<image", picture)


def test_commands_and_their_options_exist(readme, text, unknown_words):
    lines = [
        command.strip()
        for block in readme.blocks(text, "sh")
        for line in block
        for command in line.split("&&")
    ]
    ours = [line.removeprefix("uv run ") for line in lines if "lever-fix " in line]
    assert len(ours) > 10
    assert {line: unknown for line in ours if (unknown := unknown_words(line))} == {}


def test_words_that_do_not_exist_are_noticed(unknown_words):
    assert unknown_words("lever-fix frobnicate x") == ["frobnicate"]
    assert unknown_words("lever-fix check --unsafe --frob=3 x") == ["--frob"]
    assert unknown_words("lever-fix --frob") == ["--frob"]


def test_links_into_the_repository_lead_somewhere(root, text):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert links
    assert [link for link in links if not (root / link).exists()] == []


def test_configuration_example_is_valid(readme, text):
    import tomllib

    (block,) = [one for one in readme.blocks(text, "toml") if "[tool.lever-fix]" in one]
    table = tomllib.loads("\n".join(block))["tool"]["lever-fix"]
    decoded = decode(table, "", lambda key: "README.md")
    known = {codemod.id: codemod.options for codemod in SHIPPED if codemod.options}
    assert set(decoded) <= {*FIELDS, *known}
    options = {name: table[name] for name in known if name in table}
    assert options
    for name in options:
        assert decode_options(Settings(options=options), name, known[name])


def test_suppression_example_blocks_its_finding(readme, text, lever_fix, tmp_path):
    ((line,),) = [one for one in readme.blocks(text, "python") if "lever: ignore" in one[0]]
    module = tmp_path / "plugins.py"
    module.write_text(f"from typing import Callable, Optional\n\n{line}\n", encoding="utf-8")
    arguments = ["check", "--isolated", "--no-cache", "--select", "optional-to-union", str(module)]
    lever_fix(*arguments, cwd=tmp_path)
    module.write_text(module.read_text(encoding="utf-8").replace("lever: ignore", "noqa"))
    assert "optional-to-union [" in lever_fix(*arguments, cwd=tmp_path, code=1)


def test_every_setting_is_documented(text):
    assert [key for key in FIELDS if f"`{key}`" not in text and f"\n{key} = " not in text] == []


@pytest.mark.parametrize("codemod", SHIPPED, ids=lambda codemod: codemod.id)
def test_every_codemod_is_documented(codemod, text):
    assert f"[`{codemod.id}`](codemods/{codemod.origin.name})" in text
    assert "\nFix safety: " in codemod.doc
    assert re.fullmatch(r"[A-Z].*[^.]", codemod.summary)
    assert 2 <= len(codemod.cases) <= 6
    alone = [case for case in codemod.cases if case.after is None]
    assert alone
    assert all(case.why for case in alone)


@pytest.mark.parametrize("codemod", SHIPPED, ids=lambda codemod: codemod.id)
def test_every_codemod_has_tests_and_snapshots(codemod, root):
    assert (root / "tests" / "codemods" / f"test_{codemod.origin.stem}.py").is_file()
    assert any((root / "snapshots" / codemod.id).iterdir())
