"""What the tests of this repository's own promises share."""

import functools
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root():
    """The root of this repository."""
    return ROOT


@pytest.fixture(scope="session")
def readme():
    """The module `readme.py` beside this file, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("readme", Path(__file__).with_name("readme.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def lever_fix():
    """Run the tool as a process of its own; what it prints, its exit code checked."""

    def run(*arguments, cwd=ROOT, code=0, **environ):
        command = [sys.executable, "-m", "lever_fix", *arguments]
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environ}
        done = subprocess.run(
            command, cwd=cwd, env=environ, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == code, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def unknown_words(lever_fix):
    """The words of a `lever-fix …` command line that its help does not know."""

    @functools.cache
    def known(command):
        text = lever_fix(*command.split(), "--help")
        return {*re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text), *_commands(text)}

    def unknown(line):
        words = shlex.split(line, comments=True)[1:]
        if not words or words[0].startswith("-"):
            return [word for word in words if word not in known("") | {"--version", "-V"}]
        command = ""
        while words and (not command or words[0] in known(command)):
            if words[0] not in known(command):
                return [words[0]]
            command = f"{command} {words.pop(0)}".strip()
            if words and words[0].startswith("-"):
                break
        options = [word.partition("=")[0] for word in words if re.match(r"--?[a-zA-Z]", word)]
        return [word for word in options if word not in known(command)]

    return unknown


def _commands(text):
    return re.findall(r"^  ([a-z-]+)  ", text.partition("Commands:")[2], re.MULTILINE)
