import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from lever_fix.config import (
    Override,
    Resolver,
    check_ids,
    decode_options,
    ignored_on,
    parse_override,
)
from lever_fix.errors import ConfigError, LeverFixError, UsageError
from lever_fix.pyproject import read
from lever_fix.settings import Settings

KNOWN = ("eager-load", "gather-awaits", "optional-to-union")


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


def test_defaults(tmp_path):
    resolved = Resolver(tmp_path).for_directory()

    assert resolved.settings == Settings()
    assert set(resolved.origins.values()) == {"default"}
    assert resolved.settings.target == (3, 10)


def test_the_nearest_file_with_our_table_decides(tmp_path):
    write(tmp_path, "pkg/pyproject.toml", table("line-length = 70"))
    write(tmp_path, "pkg/lib/pyproject.toml", "[project]\nrequires-python = '>=3.13'\n")
    write(tmp_path, "pyproject.toml", table("line-length = 120\nignore = ['x']"))
    resolver = Resolver(tmp_path)

    assert resolver.for_path("a.py").line_length == 120
    assert resolver.for_path("other/a.py").line_length == 120
    assert resolver.for_path("pkg/a.py").line_length == 70
    assert resolver.for_path("pkg/a.py").ignore == ()
    assert resolver.for_path("pkg/lib/deep/a.py").line_length == 70
    assert resolver.for_path("pkg/lib/deep/a.py").target_version == "py313"
    assert resolver.for_path("pkg/a.py").target_version == "py310"


def test_patterns_and_paths_of_a_nested_file_read_from_the_root(tmp_path):
    write(
        tmp_path,
        "a[1]/pyproject.toml",
        table(
            "exclude = ['gen', '/top.py', '!x/y.py']\n"
            "cache-dir = '../cache'\nbaseline = '/b.json'\n"
            "codemods = ['mods/a.py', 'mine.py:f', 'acme.mods']\nper-file-ignores = {'t/*' = ['x']}"
        ),
    )
    settings = Resolver(tmp_path).for_path("a[1]/f.py")

    assert settings.exclude == (r"/a\[1]/**/gen", r"/a\[1]/top.py", r"!/a\[1]/x/y.py")
    assert settings.cache_dir == "cache"
    assert settings.baseline == "/b.json"
    assert settings.codemods == ("a[1]/mods/a.py", "a[1]/mine.py:f", "acme.mods")
    assert ignored_on(settings, "a[1]/t/f.py") == {"x"}
    assert ignored_on(settings, "t/f.py") == frozenset()


def test_equal_settings_are_one_object(tmp_path):
    write(tmp_path, "pyproject.toml", table("line-length = 99"))
    for name in ("a", "b"):
        write(tmp_path, f"{name}/pyproject.toml", "[project]\nrequires-python = '>=3.12'\n")
        (tmp_path / name / "sub").mkdir()
    write(tmp_path, "c/pyproject.toml", "[project]\nname = 'c'\n")
    resolver = Resolver(tmp_path)

    assert resolver.for_path("a/x.py") is resolver.for_path("a/sub/y.py")
    assert resolver.for_path("a/x.py") is resolver.for_path("b/y.py")
    assert resolver.for_path("c/x.py") is resolver.for_path("y.py")
    assert resolver.for_path("a/x.py") is not resolver.for_path("y.py")


def test_per_file_ignores(tmp_path):
    text = "[tool.lever-fix.per-file-ignores]\n'tests/**' = ['a', 'b']\n'__init__.py' = ['c']\n"
    settings = resolve(tmp_path, text).settings

    assert ignored_on(settings, "tests/__init__.py") == {"a", "b", "c"}
    assert ignored_on(settings, "pkg/__init__.py") == {"c"}
    assert ignored_on(settings, "pkg/tests.py") == frozenset()


def test_the_command_line_outranks_every_file(tmp_path):
    text = table("line-length = 70\nignore = ['a']") + "[tool.lever-fix.mod]\nx = 1\ny = 1\n"
    overrides = [
        parse_override("line-length=60"),
        parse_override("mod.x = 2"),
        parse_override("per-file-ignores.'t/*' = ['q']"),
        Override("--select", {"select": ["b"]}),
        parse_override("line-length = 65"),
    ]
    resolved = resolve(tmp_path, text, *overrides)
    settings, origins = resolved.settings, resolved.origins

    assert (settings.line_length, origins["line-length"]) == (65, "--config")
    assert (settings.ignore, origins["ignore"]) == (("a",), "pyproject.toml:3")
    assert (settings.select, origins["select"]) == (("b",), "--select")
    assert settings.options == {"mod": {"x": 2, "y": 1}}
    assert settings.per_file_ignores == {"t/*": ("q",)}


def test_isolated_reads_no_file_but_takes_overrides(tmp_path):
    text = "[project]\nrequires-python = '>=3.13'\n" + table("line-length = 'broken'")
    resolved = resolve(tmp_path, text, parse_override("ignore=['a']"), isolated=True)

    assert resolved.settings == Settings(ignore=("a",))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "target-version=py311",
            "--config 'target-version=py311': not KEY=VALUE",
            """a string needs quotes: --config 'target-version="py311"'""",
        ),
        (
            "line-length",
            "--config 'line-length': not KEY=VALUE",
            "such as --config 'line-length = 100'",
        ),
        ("x = [", "--config 'x = [': not KEY=VALUE", "such as --config"),
    ],
)
def test_an_override_that_is_no_toml_is_named(text, message, hint):
    with pytest.raises(UsageError) as caught:
        parse_override(text)

    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            parse_override("line-length='x'"),
            "--config line-length: expected an integer, got a string",
        ),
        (parse_override("line-lenght=1"), "--config line-lenght: unknown setting"),
        (
            Override("--target-version", {"target-version": "py2"}),
            "--target-version: 'py2' is not one of",
        ),
    ],
)
def test_a_wrong_override_names_the_option(tmp_path, override, message):
    error = refused(tmp_path, "", override)

    assert isinstance(error, UsageError)
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "select = ['gather-await']",
            "pyproject.toml:2: [tool.lever-fix] select: no codemod 'gather-await'",
            "did you mean 'gather-awaits'?",
        ),
        ("ignore = ['zzz']", "ignore: no codemod 'zzz'", "'lever-fix list' shows the codemods"),
        ("safe = ['zzz']", "safe: no codemod 'zzz'", "'lever-fix list' shows the codemods"),
        (
            "per-file-ignores = {x = ['eager_load']}",
            "per-file-ignores: no codemod 'eager_load'",
            "did you mean 'eager-load'?",
        ),
        (
            "[tool.lever-fix.per-file-ignore]\n'x' = []",
            "pyproject.toml:2: [tool.lever-fix] per-file-ignore: no such codemod or setting",
            "did you mean 'per-file-ignores'?",
        ),
    ],
)
def test_an_unknown_codemod_is_named(tmp_path, text, message, hint):
    resolved = resolve(tmp_path, f"[tool.lever-fix]\n{text}\n")

    with pytest.raises(ConfigError) as caught:
        check_ids(resolved, KNOWN)
    assert message in caught.value.message
    assert caught.value.hint == hint


def test_an_unknown_codemod_on_the_command_line_is_a_usage_error(tmp_path):
    resolved = resolve(tmp_path, "", Override("--select", {"select": ["gather-awiats"]}))

    with pytest.raises(UsageError, match=r"^--select: no codemod 'gather-awiats'$"):
        check_ids(resolved, KNOWN)


def test_known_codemods_pass(tmp_path):
    text = table("select = ['eager-load']\nunsafe = ['gather-awaits']")

    check_ids(resolve(tmp_path, text + "[tool.lever-fix.eager-load]\n"), KNOWN)


class GatherOptions(msgspec.Struct, frozen=True):
    at_least: int = 2
    names: tuple[str, ...] = ()


def test_options_are_decoded_to_the_codemods_type(tmp_path):
    text = "[tool.lever-fix.gather-awaits]\nat-least = 3\nnames = ['a']\n"
    settings = resolve(tmp_path, text).settings

    assert decode_options(settings, "gather-awaits", GatherOptions) == GatherOptions(3, ("a",))
    assert decode_options(settings, "eager-load", GatherOptions) == GatherOptions()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("at-least = 'x'", "at-least: expected an integer, got a string", ""),
        ("names = [1]", "names[0]: expected a string, got an integer", ""),
        ("at-lest = 1", "at-lest: unknown option", "did you mean 'at-least'?"),
        ("zzz = 1", "zzz: unknown option", "it has: at-least, names"),
    ],
)
def test_a_wrong_option_is_named_with_file_and_table(tmp_path, text, message, hint):
    settings = resolve(tmp_path, f"[tool.lever-fix.gather-awaits]\n{text}\n").settings

    with pytest.raises(ConfigError) as caught:
        decode_options(settings, "gather-awaits", GatherOptions)
    assert caught.value.message == f"pyproject.toml: [tool.lever-fix.gather-awaits] {message}"
    assert caught.value.hint == hint


def test_importing_the_configuration_is_cheap():
    code = "import sys, lever_fix.config; print(*sys.modules)"
    loaded = subprocess.check_output(
        [sys.executable, "-c", code],
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=Path(__file__).parents[2],
    ).split()

    assert not {"pathspec", "subprocess", "difflib", "libcst", "rich", "git", "typer"} & set(loaded)


def test_thousands_of_directories_share_what_was_read(tmp_path, monkeypatch):
    write(tmp_path, "pyproject.toml", table("line-length = 99"))
    resolver = Resolver(tmp_path)
    opened = []

    def counted(root, path):
        opened.append(path)
        return read(root, path)

    monkeypatch.setattr("lever_fix.pyproject.read", counted)

    settings = {id(resolver.for_path(f"pkg{n % 100}/m{n}.py")) for n in range(10_000)}

    assert len(settings) == 1
    assert len(opened) == len(set(opened)) == 101
