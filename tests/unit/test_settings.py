import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from lever_fix.config import Resolver
from lever_fix.errors import ConfigError, LeverFixError
from lever_fix.settings import Settings


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


def test_every_key(tmp_path):
    resolved = resolve(
        tmp_path,
        """\
[tool.lever-fix]
select = ["gather-awaits"]
extend-select = ["eager-load"]
ignore = ["optional-to-union"]
exclude = ["gen/"]
target-version = "py39"
line-length = 120
safe = ["eager-load"]
unsafe = ["gather-awaits"]
codemods = ["tools/mods.py:mine", "acme.codemods"]
cache-dir = ".cache/../.cache/lever"
baseline = "baseline.json"
verify-copy = [".env", "data/*.json"]

[tool.lever-fix.per-file-ignores]
"tests/**" = ["gather-awaits"]

[tool.lever-fix.gather-awaits]
at-least = 3

[tool.lever-fix.effects]
"app.clients.*" = "read"
""",
    )

    assert resolved.settings == Settings(
        select=("gather-awaits",),
        extend_select=("eager-load",),
        ignore=("optional-to-union",),
        exclude=("gen/",),
        target_version="py39",
        line_length=120,
        safe=("eager-load",),
        unsafe=("gather-awaits",),
        codemods=("tools/mods.py:mine", "acme.codemods"),
        cache_dir=".cache/lever",
        baseline="baseline.json",
        verify_copy=(".env", "data/*.json"),
        effects={"app.clients.*": "read"},
        per_file_ignores={"tests/**": ("gather-awaits",)},
        options={"gather-awaits": {"at-least": 3}},
        source="pyproject.toml",
    )
    assert resolved.origins["target-version"] == "pyproject.toml:6"
    assert resolved.origins["per-file-ignores"] == "pyproject.toml:15"
    assert resolved.origins["gather-awaits"] == "pyproject.toml:18"
    assert "default" not in resolved.origins.values()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param(
            "target-version = 'py27'",
            "pyproject.toml:2: [tool.lever-fix] target-version: 'py27' is not one of py39 … py314",
            "",
            id="target",
        ),
        pytest.param(
            "target-version = 3.11",
            "target-version: expected a string, got a number",
            "",
            id="type",
        ),
        pytest.param(
            "\nselect = 'x'",
            "pyproject.toml:3: [tool.lever-fix] select: expected a list, got a string",
            "",
            id="line",
        ),
        pytest.param(
            "select = ['x', 1]", "select[1]: expected a string, got an integer", "", id="item"
        ),
        pytest.param(
            "line-length = true",
            "line-length: expected an integer, got true or false",
            "",
            id="bool",
        ),
        pytest.param("line-length = 0", "line-length: 0 is not a positive number", "", id="zero"),
        pytest.param(
            "line_length = 100",
            "line_length: unknown setting",
            "did you mean 'line-length'?",
            id="underscore",
        ),
        pytest.param(
            "'selekt' = []",
            "pyproject.toml:2: [tool.lever-fix] selekt: unknown setting",
            "did you mean 'select'?",
            id="typo",
        ),
        pytest.param("zzz = 1", "zzz: unknown setting", "", id="nothing-near"),
        pytest.param("exclude = ['a', '!']", "exclude: '!' is not a pattern", "", id="pattern"),
        pytest.param(
            "per-file-ignores = {'a\\' = ['x']}",
            "per-file-ignores: 'a\\' is not a pattern",
            "",
            id="ignores-pattern",
        ),
        pytest.param(
            "per-file-ignores = ['x']",
            "per-file-ignores: expected a table, got a list",
            "",
            id="no-table",
        ),
        pytest.param(
            "safe = ['a']\nunsafe = ['a']",
            "pyproject.toml:2: [tool.lever-fix] safe: 'a' is in unsafe, too (pyproject.toml:3)",
            "leave it in one of them",
            id="both-levels",
        ),
        pytest.param("options = 1", "options: unknown setting", "", id="no-back-door"),
        pytest.param("source = 'x'", "source: unknown setting", "", id="no-other-back-door"),
    ],
)
def test_a_wrong_setting_is_named_with_file_line_and_key(tmp_path, text, message, hint):
    error = refused(tmp_path, table(text))

    assert isinstance(error, ConfigError)
    assert message in error.message
    assert error.message.startswith("pyproject.toml")
    assert error.hint == hint


def test_settings_travel_to_workers_and_key_a_cache(tmp_path):
    text = (
        table("ignore = ['a']\nper-file-ignores = {b = ['x'], a = ['y']}")
        + "[tool.lever-fix.m]\nd = 1979-05-27\n"
    )
    settings = resolve(tmp_path, text).settings
    again = pickle.loads(pickle.dumps(settings))

    assert again == settings
    assert hash(again) == hash(settings)
    assert again.digest == settings.digest
    assert Settings().digest != settings.digest
    assert (
        Settings(per_file_ignores={"a": ("1",), "b": ("2",)}).digest
        == Settings(per_file_ignores={"b": ("2",), "a": ("1",)}).digest
    )


def test_the_digest_is_the_same_in_every_process():
    code = "from lever_fix.settings import Settings; print(Settings(ignore=('a',)).digest)"
    digests = {
        subprocess.check_output(
            [sys.executable, "-c", code],
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=Path(__file__).parents[2],
        )
        for seed in ("1", "2")
    }

    assert digests == {Settings(ignore=("a",)).digest + "\n"}
