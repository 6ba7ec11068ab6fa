"""LibCST's own commands, and some of a user's, through the harness that every codemod passes."""

from __future__ import annotations

import textwrap

import pytest

from lever_fix import registry
from lever_fix.errors import CodemodError
from lever_fix.model import Safety
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

COMMANDS = "libcst.codemod.commands."
TYPE_COMMENTS = f"{COMMANDS}convert_type_comments:ConvertTypeComments"
TRAILING = f"{COMMANDS}add_trailing_commas:AddTrailingCommas"
UNUSED = f"{COMMANDS}remove_unused_imports:RemoveUnusedImportsCommand"
RENAME = f"{COMMANDS}rename:RenameCommand(old_name='shop.old', new_name='shop.new')"


def unsafe(codemod, source, before, after, **options):
    return check_rewrites(codemod, before, after, safety=Safety.UNSAFE, extra=(source,), **options)


def test_each_statement_is_a_finding_of_its_own():
    result = unsafe(
        "convert-type-comments",
        TYPE_COMMENTS,
        "x = 1  # type: int\ny = 2  # type: int\n\n# stays\nz = 3  # type: int  # why\n",
        "x: int = 1\ny: int = 2\n\n# stays\nz: int = 3  # why\n",
        reason="nothing shows that the code behaves as before",
    )
    first, second, _ = result.findings
    assert first.message == "`x = 1  # type: int` becomes `x: int = 1`"
    assert second.fix.needs[0].comments_dropped == ("# type: int",)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", None])
def test_line_ends_stay_as_they_are(newline, last):
    before, after = (
        (text.replace("\n", newline) + (newline if last is None else last)).encode()
        for text in ("a = 1  # type: int\nb = 2", "a: int = 1\nb = 2")
    )
    unsafe("convert-type-comments", TYPE_COMMENTS, before, after)


@pytest.mark.parametrize(
    ("encoding", "start"), [("utf-8", b"\xef\xbb\xbf"), ("latin-1", b"# coding: latin-1\n")]
)
def test_a_byte_order_mark_and_another_encoding_stay(encoding, start):
    before = start + "é = 'é'  # type: str\n".encode(encoding)
    result = rewrite("convert-type-comments", before, extra=(TYPE_COMMENTS,))
    assert result.files["module.py"] == start + "é: str = 'é'\n".encode(encoding)


def test_changes_in_one_statement_are_one_finding():
    result = unsafe(
        "add-trailing-commas",
        TRAILING,
        "f(\n    g(\n        2,\n        3\n    ),\n    1\n)\nf(\n    4,\n    5\n)\n",
        "f(\n    g(\n        2,\n        3,\n    ),\n    1,\n)\nf(\n    4,\n    5,\n)\n",
    )
    assert [len(one.fix.edits) for one in result.findings] == [2, 1]


def test_unused_imports_go_one_by_one():
    result = unsafe(
        "remove-unused-imports",
        UNUSED,
        "import os\nimport sys\nfrom a import (\n    b,\n    c,\n)\n\nprint(b, sys)\n",
        "import sys\nfrom a import (\n    b)\n\nprint(b, sys)\n",
    )
    assert len(result.findings) == 2


def test_used_imports_are_left_alone():
    check_unchanged("remove-unused-imports", "import os\n\nprint(os)\n", extra=(UNUSED,))


def test_arguments_are_given_in_the_name():
    result = unsafe(
        "rename-old-name-shop-old-new-name-shop-new",
        RENAME,
        "from shop import old\n\nold(1)\n\n\ndef f():\n    return old\n",
        "from shop import new\n\nnew(1)\n\n\ndef f():\n    return new\n",
    )
    one, other = result.findings
    assert one.fix.needs[0].imports[0].name == other.fix.needs[0].imports[0].name == "new"
    assert one.fix.needs[0].freed == ("old",)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        pytest.param("RenameCommand", "needs old_name and new_name", id="missing"),
        pytest.param("RenameCommand(old_name='a')", "needs new_name", id="one missing"),
        pytest.param("RenameCommand('a', 'b')", "its arguments need names", id="positional"),
        pytest.param("RenameCommand(old_name=a)", "are not literals", id="no literal"),
        pytest.param("RenameCommand(old_name=f())", "are not literals", id="nothing is called"),
        pytest.param(
            "RenameCommand(old_name='a', new_name='b', c=1)", "unexpected keyword", id="unknown"
        ),
        pytest.param("Renames", "no codemod named 'Renames'", id="no such class"),
    ],
)
def test_wrong_arguments_are_named_with_the_next_step(written, message):
    with pytest.raises(CodemodError, match=message) as caught:
        registry.load([f"{COMMANDS}rename:{written}"])
    assert caught.value.hint


@pytest.fixture
def command(tmp_path):
    """Write a command of one's own and return how it is named."""

    def write(body: str, name: str = "Mine", head: str = "") -> str:
        file = tmp_path / "own_command.py"
        file.write_text(
            "import libcst as cst\n"
            "from libcst.codemod import CodemodCommand, SkipFile, VisitorBasedCodemodCommand\n"
            "from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor\n\n\n"
            f"class {name}(VisitorBasedCodemodCommand):\n"
            f'    DESCRIPTION = "Do it. And more."\n{textwrap.indent(head, "    ")}\n'
            + textwrap.indent(textwrap.dedent(body), "    ")
        )
        return f"{file}:{name}"

    return write


TO_JSON = """
def leave_Call(self, original_node, updated_node):
    if isinstance(updated_node.func, cst.Name) and updated_node.func.value == "dumps":
        AddImportsVisitor.add_needed_import(self.context, "orjson")
        RemoveImportsVisitor.remove_unused_import(self.context, "json", "dumps")
        return updated_node.with_changes(func=cst.parse_expression("orjson.dumps"))
    return updated_node
"""


def test_imports_are_needs_so_that_each_finding_stands_alone(command):
    result = unsafe(
        "mine",
        command(TO_JSON),
        "from json import dumps\n\n\ndef f():\n    return dumps(1)\n\n\ndef g():\n"
        "    return dumps(2)\n",
        "import orjson\n\n\ndef f():\n    return orjson.dumps(1)\n\n\ndef g():\n"
        "    return orjson.dumps(2)\n",
    )
    assert [one.scope for one in result.findings] == ["f", "g"]


RENAME_DEF = """
def leave_Name(self, original_node, updated_node):
    if updated_node.value == "old":
        return updated_node.with_changes(value="new")
    return updated_node
"""


def test_what_only_works_together_is_one_finding_across_files(command):
    result = unsafe(
        "mine",
        command(RENAME_DEF),
        {
            "app/__init__.py": "",
            "app/a.py": "def old(x):\n    return x\n\n\nold(1)\nunrelated = 2\n",
            "app/b.py": "from app.a import old\n\nprint(old(2))\n",
        },
        {
            "app/__init__.py": "",
            "app/a.py": "def new(x):\n    return x\n\n\nnew(1)\nunrelated = 2\n",
            "app/b.py": "from app.a import new\n\nprint(new(2))\n",
        },
    )
    (finding,) = result.findings
    assert finding.message == "`def old(x):` becomes `def new(x):`, with 2 other places"
    assert finding.writes == ("app/a.py::new", "app/a.py::old")


def test_a_local_name_stays_together_in_its_function_alone(command):
    before = "def f():\n    old = 1\n    return old\n\n\ndef g():\n    old = 2\n    return old\n"
    result = unsafe("mine", command(RENAME_DEF), before, before.replace("old", "new"))
    assert [one.scope for one in result.findings] == ["f", "g"]


ADD_PARAMETER = """
def leave_FunctionDef(self, original_node, updated_node):
    if updated_node.name.value != "f" or len(updated_node.params.params) != 1:
        return updated_node
    params = [*updated_node.params.params, cst.Param(cst.Name("b"))]
    return updated_node.with_deep_changes(updated_node.params, params=params)

def leave_Call(self, original_node, updated_node):
    if not isinstance(updated_node.func, cst.Name) or updated_node.func.value != "f":
        return updated_node
    return updated_node.with_changes(args=[*updated_node.args, cst.Arg(cst.Integer("0"))])
"""


def test_a_new_parameter_goes_with_every_call_and_is_added_once(command):
    result = unsafe(
        "mine",
        command(ADD_PARAMETER),
        {"a.py": "def f(a):\n    return a\n\n\nf(1)\n", "b.py": "from a import f\n\nf(2)\n"},
        {
            "a.py": "def f(a, b):\n    return a\n\n\nf(1, 0)\n",
            "b.py": "from a import f\n\nf(2, 0)\n",
        },
    )
    assert len(result.findings) == 1


WRAP = """
def leave_IndentedBlock(self, original_node, updated_node):
    body = updated_node.body
    if isinstance(body[0], cst.Try) or self.context.scratch.get("done"):
        return updated_node
    self.context.scratch["done"] = True
    handler = cst.parse_statement("try:\\n    pass\\nfinally:\\n    print()\\n")
    return updated_node.with_changes(body=[handler.with_changes(body=updated_node)])
"""


def test_a_block_that_moves_in_is_one_finding(command):
    result = unsafe(
        "mine",
        command(WRAP),
        "def f():\n    a = 1\n\n    b = 2\n\n    return a + b\n",
        "def f():\n    try:\n        a = 1\n\n        b = 2\n\n        return a + b\n"
        "    finally:\n        print()\n",
    )
    assert len(result.findings) == 1


SWAP = """
def leave_Module(self, original_node, updated_node):
    first, *others, last = updated_node.body
    if first.deep_equals(cst.parse_statement("first = compute()")):
        return updated_node.with_changes(body=[*others, last, first])
    return updated_node
"""


def test_a_line_that_moves_is_one_finding(command):
    result = unsafe(
        "mine",
        command(SWAP),
        "first = compute()\nsecond = 2\nthird = 3\n",
        "second = 2\nthird = 3\nfirst = compute()\n",
    )
    assert len(result.findings) == 1


DROP = """
def leave_SimpleStatementLine(self, original_node, updated_node):
    if isinstance(updated_node.body[0], cst.Pass):
        return cst.RemoveFromParent()
    return updated_node
"""


def test_a_dropped_comment_is_a_reason_even_where_it_claims_to_be_safe(command):
    source = command(DROP, head='LEVER_SAFETY = "safe"')
    unsafe(
        "mine", source, "x = 1\n# why\npass\n", "x = 1\n", reason="the comment `# why` is dropped"
    )


def test_what_claims_to_be_safe_is(command):
    source = command(DROP, head='LEVER_SAFETY = "safe"')
    check_rewrites("mine", "x = 1\npass\n", "x = 1\n", extra=(source,))


def test_a_level_there_is_none_of(command):
    with pytest.raises(CodemodError, match="LEVER_SAFETY = 'surely' is no level"):
        registry.load([command(DROP, head='LEVER_SAFETY = "surely"')])


def test_only_files_with_a_trigger_are_looked_at(command):
    source = command(
        "def visit_Module(self, node):\n    raise ValueError\n", head='LEVER_TRIGGERS = ("utcnow",)'
    )
    check_unchanged("mine", "x = 1\n", extra=(source,))


def test_what_it_says_of_a_file_is_a_refusal(command):
    skip = "def visit_Module(self, node):\n    self.warn('odd')\n    raise SkipFile('not this')\n"
    result = check_unchanged("mine", "x = 1\n", refusal="skipped", extra=(command(skip),))
    assert [(one.code, one.chain) for one in result.refusals] == [
        ("warning", ("odd",)),
        ("skipped", ("not this",)),
    ]


def test_generated_files_are_left_alone_as_libcst_leaves_them(command):
    text = "# @gener" + "ated\npass\nx = 1\n"
    check_unchanged("mine", text, refusal="generated", extra=(command(DROP),))


BREAK = """
def leave_Pass(self, original_node, updated_node):
    return cst.parse_statement("missing()").body[0]
"""


def test_what_would_break_the_file_is_refused(command):
    with pytest.raises(AssertionError, match="`missing` would be undefined"):
        rewrite("mine", "x = 1\npass\n", extra=(command(BREAK),))


def test_what_it_says_of_itself(command):
    found = registry.load([command(DROP, name="DropPassCommand")])["drop-pass"]
    assert found.summary == "Do it"
    assert found.doc.startswith("Do it. And more.\n\nA LibCST command in ")
    assert found.triggers == (b"",)
    assert found.once


def test_all_commands_of_a_file_without_a_name(tmp_path, command):
    file = command(DROP).rpartition(":")[0]
    assert "mine" in registry.load([file])


def test_an_id_of_ones_own():
    written = [f"{COMMANDS}rename:RenameCommand(old_name='a', new_name='{name}')" for name in "bc"]
    found = registry.load([f"to-{name}={one}" for name, one in zip("bc", written, strict=True)])
    assert {"to-b", "to-c"} <= found.keys()
    check_rewrites(
        "to-b",
        "import a\n\na\n",
        "import b\n\nb\n",
        safety=Safety.UNSAFE,
        reason="safe = ['to-b']",
        extra=(f"to-b={written[0]}",),
    )


def test_an_id_for_what_has_one(tmp_path):
    file = tmp_path / "own_mod.py"
    file.write_text(
        "'Doc.'\nfrom lever_fix.codemod import codemod\n\n"
        "@codemod(summary='Do', triggers=('x',), cases=())\n"
        "def own_mod(module, project):\n    yield from ()\n"
    )
    with pytest.raises(CodemodError, match="'own-mod' is called after its file"):
        registry.load([f"mine={file}"])


def test_a_misspelt_class_is_found():
    with pytest.raises(CodemodError) as caught:
        registry.load([f"{COMMANDS}noop:NOOPComand"])
    assert caught.value.hint == "did you mean 'NOOPCommand'?"


HELPER = """
import libcst as cst
from libcst.codemod import CodemodCommand, ContextAwareTransformer


class Helper(ContextAwareTransformer):
    def leave_Pass(self, original_node, updated_node):
        return cst.Break()


class Mine(CodemodCommand):
    def transform_module_impl(self, tree):
        return Helper(self.context).transform_module(tree)
"""


def test_a_helper_is_a_codemod_only_for_who_names_it(tmp_path):
    file = tmp_path / "with_helper.py"
    file.write_text(HELPER)
    found = registry.load([str(file)])
    assert "mine" in found
    assert "helper" not in found
    unsafe("helper", f"{file}:Helper", "for x in y:\n    pass\n", "for x in y:\n    break\n")


PROVIDERS = """
METADATA_DEPENDENCIES = (FilePathProvider, FullyQualifiedNameProvider)

def leave_Call(self, original_node, updated_node):
    FilePathProvider, FullyQualifiedNameProvider = self.METADATA_DEPENDENCIES
    (name,) = self.get_metadata(FullyQualifiedNameProvider, original_node.func)
    path = self.get_metadata(FilePathProvider, self.context.wrapper.module).name
    said = f"{name.name} {path} {self.context.full_module_name} {self.context.full_package_name}"
    return updated_node.with_changes(args=[cst.Arg(cst.SimpleString(repr(said)))])
"""


def test_what_a_command_may_ask_of_the_whole_repository(command):
    source = command(
        PROVIDERS,
        head="from libcst.metadata import FilePathProvider, FullyQualifiedNameProvider",
    )
    for path, module in (("pkg/mod.py", "pkg.mod"), ("pkg/__init__.py", "pkg")):
        said = f"{module}.f {path.rpartition('/')[2]} {module} pkg"
        files = {path: "def f(x): ...\n\n\nf(1)\n"}
        unsafe("mine", source, files, {path: f"def f(x): ...\n\n\nf({said!r})\n"})


def test_a_version_is_its_files_and_arguments(command):
    one, other = (
        registry.load([f"{COMMANDS}rename:RenameCommand(old_name='a', new_name='{name}')"])
        for name in "bc"
    )
    first = one["rename-old-name-a-new-name-b"]
    assert first.version != other["rename-old-name-a-new-name-c"].version
    again = registry.load([f"{COMMANDS}rename:RenameCommand(old_name='a', new_name='b')"])
    assert again["rename-old-name-a-new-name-b"] is first
