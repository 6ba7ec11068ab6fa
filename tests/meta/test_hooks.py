"""`.pre-commit-hooks.yaml`: the hooks name commands there are, and do what pre-commit expects."""

import re
import shlex

import pytest


@pytest.fixture(scope="module")
def hooks(root):
    text = (root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = [block for block in re.split(r"^- ", text, flags=re.MULTILINE) if block.strip()]
    parsed = [dict(re.findall(r"^ *(\w+): (.+?)(?:  #.*)?$", one, re.MULTILINE)) for one in entries]
    return {hook["id"]: hook for hook in parsed}


def test_what_each_hook_says(hooks, unknown_words):
    assert set(hooks) == {"lever-fix-check", "lever-fix"}
    for hook in hooks.values():
        assert set(hook) >= {"name", "description", "entry"}
        assert (hook["language"], hook["types"]) == ("python", "[python]")
        # pre-commit would start one process for each handful of files, all of them at once.
        assert hook["require_serial"] == "true"
        assert unknown_words(hook["entry"]) == []


def test_on_a_staged_file(hooks, repo, lever_fix):
    before = b"from typing import Optional\n\nx: Optional[int] = None\n"
    repo.commit({"a.py": b"x = 1\n"})
    repo.write("a.py", before)
    repo.git("add", "a.py")

    def run(name, code):
        entry = shlex.split(hooks[name]["entry"])[1:]
        lever_fix(*entry, "a.py", cwd=repo.path, code=code)

    run("lever-fix-check", 1)
    assert repo.read("a.py") == before
    run("lever-fix", 1)
    assert repo.read("a.py") == b"x: int | None = None\n"
    run("lever-fix", 0)
    run("lever-fix-check", 0)
