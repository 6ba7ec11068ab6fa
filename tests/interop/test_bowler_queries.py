"""Bowler's queries through the harness: what it mangles, what it cannot parse, how scripts run."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from lever_fix import registry
from lever_fix.errors import CodemodError, SourceError
from lever_fix.model import Safety
from lever_fix.semantics.module import Module
from lever_fix.sources import decode
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

RENAME = 'bowler:select_function("old").rename("new")'
RENAME_ID = "bowler-select-function-old-rename-new"


def unsafe(before, after, codemod=RENAME_ID, source=RENAME, **options):
    return check_rewrites(codemod, before, after, safety=Safety.UNSAFE, extra=(source,), **options)


def test_a_definition_and_its_uses_are_one_finding():
    result = unsafe(
        {
            "a.py": "def old(x):\n    return x\n\n\nprint(old(1))\n",
            "b.py": "from a import old\n\n\ndef f():\n    return old(2)\n",
        },
        {
            "a.py": "def new(x):\n    return x\n\n\nprint(new(1))\n",
            "b.py": "from a import new\n\n\ndef f():\n    return new(2)\n",
        },
        reason="nothing shows that the code behaves as before",
    )
    (finding,) = result.findings
    assert finding.path == "a.py"


def test_uses_of_what_is_defined_elsewhere_are_findings_of_their_own():
    result = unsafe(
        "from library import old\n\n\ndef f():\n    return old(1)\n\n\ndef g():\n    old(2)\n",
        "from library import new\n\n\ndef f():\n    return new(1)\n\n\ndef g():\n    new(2)\n",
    )
    assert [one.scope for one in result.findings] == ["f", "g"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_line_ends_stay_as_they_are(newline, last):
    text = f"from library import old\n\nold(1)\nx = '''\nbold\n'''\nold(2){last}"
    before = text.replace("\n", newline)
    after = before.replace("old(", "new(").replace("import old", "import new")
    unsafe(before.encode(), after.encode())


def test_mixed_line_ends_stay_line_by_line():
    unsafe(
        b"new = old = f\r\ny = old(1)\nz = 2\r\nold(3)\r\n",
        b"new = old = f\r\ny = new(1)\nz = 2\r\nnew(3)\r\n",
    )


def test_a_byte_order_mark_and_odd_characters_stay():
    unsafe(
        b"\xef\xbb\xbfnew = old = f\nold('\xc3\xa9')  # \xe2\x80\xa8 \x0c\n",
        b"\xef\xbb\xbfnew = old = f\nnew('\xc3\xa9')  # \xe2\x80\xa8 \x0c\n",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("x = 1\nmatch x:\n    case 1:\n        old()\n", 2, id="match"),
        pytest.param("def f[T](x: T) -> T:\n    return old(x)\n", 1, id="PEP 695 function"),
        pytest.param("old()\ntype X = int\n", 2, id="PEP 695 alias"),
        pytest.param("with (old() as b, open(c) as d):\n    pass\n", 1, id="with in parentheses"),
        pytest.param("try:\n    old()\nexcept* E:\n    pass\n", 3, id="except*"),
        pytest.param("@a[0]\ndef f():\n    old()\n", 1, id="decorator"),
    ],
)
def test_what_bowler_cannot_parse_is_an_error_that_names_the_line(text, line):
    scan = registry.load([RENAME])[RENAME_ID].scan
    with pytest.raises(SourceError) as caught:
        scan(Module(decode("own.py", text.encode())))
    assert caught.value.message.startswith(f"own.py:{line}: ")
    if sys.version_info >= (3, 12) or ("[T]" not in text and "type X" not in text):
        assert "not parsed by Bowler, which knows Python up to 3.8" in caught.value.message
    assert caught.value.hint


def test_files_without_the_name_are_not_parsed_by_bowler():
    check_unchanged(RENAME_ID, "match x:\n    case 1:\n        pass\n", extra=(RENAME,))


def test_what_it_leaves_in_use_is_a_reason():
    result = rewrite(
        RENAME_ID,
        {"a.py": "def old():\n    pass\n", "b.py": "from . import a\n\na.old()\n"},
        extra=(RENAME,),
    )
    assert "`old` is gone then, and still mentioned in b.py" in result.findings[0].reasons


def test_a_definition_that_bowler_does_not_match_is_a_reason():
    source = 'bowler:select_method("old").rename("new")'
    unsafe(
        {"a.py": "class A:\n    def old(self):\n        pass\n", "b.py": "x = f()\nx.old()\n"},
        {"a.py": "class A:\n    def old(self):\n        pass\n", "b.py": "x = f()\nx.new()\n"},
        "bowler-select-method-old-rename-new",
        source,
        reason="`old` stays defined under that name in a.py",
    )


def test_a_rename_that_leaves_a_use_behind_is_refused():
    with pytest.raises(AssertionError, match="the name `old` would be undefi"):
        rewrite(RENAME_ID, "def old():\n    pass\n\n\nkeep = [old]\nold()\n", extra=(RENAME,))


ADD = 'bowler:select_function("f").add_argument("b", "0", positional=True)'
ADD_ID = "bowler-select-function-f-add-argument-b-0-positional-tr-da0ee2"


def test_an_argument_is_added_once_to_all_or_none():
    result = unsafe(
        "def f(a):\n    return a\n\n\nf(1)\nf(2)\n",
        "def f(a, b):\n    return a\n\n\nf(1, 0)\nf(2, 0)\n",
        codemod=ADD_ID,
        source=ADD,
    )
    assert len(result.findings) == 1


@pytest.fixture
def script(tmp_path):
    """Write a script in the style that Bowler's users write."""

    def write(text: str, name: str = "renames.py") -> str:
        file = tmp_path / name
        file.write_text(text)
        return str(file)

    return write


AT_ONCE = 'from bowler import Query\n\nQuery("src").select_var("a").rename("b").{}\n'


@pytest.mark.parametrize(
    "ending", ["diff()", "idiff()", "write()", "silent()", "execute(write=True)"]
)
def test_a_script_that_runs_its_query_does_not_run_it(script, ending):
    unsafe("a = 1\n", "b = 1\n", "renames", script(AT_ONCE.format(ending)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('QUERY = Query().select_var("a").rename("b")\n', id="variable"),
        pytest.param(
            'def main():\n    Query().select_var("a").rename("b").write()\n', id="main that runs"
        ),
        pytest.param(
            'def main():\n    return Query().select_var("a").rename("b")\n', id="main that returns"
        ),
    ],
)
def test_how_scripts_keep_their_queries(script, text):
    path = script(f"'''Rename it. And more.'''\nfrom bowler import Query\n\n{text}")
    name = "query" if "QUERY" in text else "renames"
    unsafe("a = 1\n", "b = 1\n", name, path)
    assert registry.load([path])[name].summary == "Rename it"


def test_a_script_does_not_see_our_command_line(script, monkeypatch):
    monkeypatch.setattr("sys.argv", ["lever-fix", "check", "--codemod", "x"])
    path = script(
        "import sys\nfrom bowler import Query\n\nassert len(sys.argv) == 1\n"
        'Query(sys.argv[1:]).select_var("a").rename("b").idiff()\n'
    )
    unsafe("a = 1\n", "b = 1\n", "renames", path)


def test_a_function_is_called_with_its_arguments(script):
    path = script(
        "from bowler import Query\n\n\ndef renaming(old, new):\n"
        "    return Query().select_var(old).rename(new)\n"
    )
    unsafe(
        "a = 1\n",
        "b = 1\n",
        "renaming-a-new-b",
        f"{path}:renaming('a', new='b')",
    )


def test_many_queries_are_numbered(script):
    path = script(
        "import bowler\n\nfor name in 'ab':\n"
        "    bowler.Query().select_var(name).rename(name * 2).diff()\n"
    )
    check_rewrites(
        ["renames-1", "renames-2"], "a = b = 1\n", "aa = bb = 1\n", safety=Safety.UNSAFE,
        extra=(path,),
    )  # fmt: skip


def test_filters_callbacks_and_file_names_work(script):
    path = script(
        "from bowler import Query\n\n\ndef only(node, capture, filename):\n"
        "    return filename.endswith('yes.py')\n\n\n"
        'QUERY = Query(filename_matcher=lambda name: "skip" not in name)'
        '.select_var("a").filter(only).rename("b")\n'
    )
    unsafe(
        {"yes.py": "a = 1\n", "no.py": "a = 1\n", "skip/yes.py": "a = 1\n"},
        {"yes.py": "b = 1\n", "no.py": "a = 1\n", "skip/yes.py": "a = 1\n"},
        "query",
        path,
    )


def test_a_processor_may_refuse_hunks(script):
    path = script(
        "from bowler import Query\n\n\ndef keep(filename, hunk):\n"
        "    assert hunk[:2] == ['--- module.py', '+++ module.py'], hunk\n"
        "    return '-a = 2' not in hunk\n\n\n"
        'Query().select_var("a").rename("b").process(keep).diff()\n'
    )
    unsafe("a = 1\nx = 0\na = 2\n", "b = 1\nx = 0\na = 2\n", "renames", path)


def test_a_script_may_say_that_it_is_safe(script):
    path = script("LEVER_SAFETY = 'safe'\n" + AT_ONCE.format("diff()"))
    check_rewrites("renames", "a = 1\n", "b = 1\n", extra=(path,))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("bowler:select_nothing()", "no attribute 'select_nothing'", id="attribute"),
        pytest.param("bowler:select_function('a'", "SyntaxError", id="syntax"),
        pytest.param("bowler:rename('b')", "no selectors used", id="nothing selected"),
        pytest.param("bowler:paths", "it is a list", id="no query"),
        pytest.param("bowler:select_root().fixer(exit())", "sys.exit", id="exit"),
    ],
)
def test_what_is_no_query_is_an_error_with_an_example(source, message):
    with pytest.raises(CodemodError, match=message) as caught:
        registry.load([source])
    assert "select_function" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("import sys\nsys.exit(3)\n", r"it called sys.exit\(3\)", id="exit"),
        pytest.param("1 / 0\n", "renames.py:2: ZeroDivisionError", id="crash"),
        pytest.param(
            "def main():\n    import sys\n    sys.argv[9]\n", r"renames.py:4: main\(\) IndexError",
            id="main crashes",
        ),
        pytest.param(
            "from bowler import BowlerTool\nBowlerTool([], write=True).run(['.'])\n",
            "it runs BowlerTool by itself", id="writes",
        ),
        pytest.param("x = 1\n", "no codemod registered", id="empty"),
    ],
)  # fmt: skip
def test_broken_scripts_are_named(script, text, message):
    with pytest.raises(CodemodError, match=message) as caught:
        registry.load([script(f"from bowler import Query\n{text}")])
    assert caught.value.hint


@pytest.mark.parametrize("missing", ["bowler", "fissix"])
def test_without_bowler_the_next_step_is_named(script, monkeypatch, missing):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == missing else found(name, *a)
    )
    for source in ("bowler:select_root()", script(AT_ONCE.format("diff()"), "other.py")):
        with pytest.raises(CodemodError, match=f"{missing} is not installed") as caught:
            registry.load([source])
        assert caught.value.hint == "install both: pip install 'lever-fix[bowler]'"
