"""Every codemod's own examples are tests, and every codemod has what a codemod must have."""

import pytest

from lever_fix.codemod import Case, Codemod
from lever_fix.registry import SHIPPED, load
from lever_fix.testing import check_rewrites, check_unchanged

CODEMODS = load()
ROOT = SHIPPED.parent
SHIPPED_CODEMODS = [one for one in CODEMODS.values() if one.origin.parent == SHIPPED]
CASES = [
    pytest.param(one.id, case, id=f"{one.id}-{number}")
    for one in CODEMODS.values()
    for number, case in enumerate(one.cases, 1)
]

each_codemod = pytest.mark.parametrize("codemod", SHIPPED_CODEMODS, ids=lambda one: one.id)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name: str, case: Case):
    target = case.target or "py311"
    if case.after is None:
        check_unchanged(name, case.before, target=target)
    else:
        check_rewrites(name, case.before, case.after, safety=case.safety, target=target)


@each_codemod
def test_docstring_tells_how_safe_the_fix_is(codemod: Codemod):
    assert "\nFix safety: " in codemod.doc


@each_codemod
def test_has_two_to_six_cases_one_left_alone_with_the_reason(codemod: Codemod):
    assert 2 <= len(codemod.cases) <= 6
    left = [case for case in codemod.cases if case.after is None]
    assert left
    assert all(case.why for case in left)


@each_codemod
def test_a_case_that_is_not_safe_says_why(codemod: Codemod):
    for case in codemod.cases:
        assert case.safety.value == "safe" or case.after is None or case.why


@each_codemod
def test_id_is_the_stem_of_its_file(codemod: Codemod):
    assert codemod.id == codemod.origin.stem.replace("_", "-")
    assert CODEMODS[codemod.id] is codemod


@each_codemod
def test_summary_is_one_imperative_line(codemod: Codemod):
    assert "\n" not in codemod.summary
    assert codemod.summary[:1].isupper()
    assert not codemod.summary.endswith(".")


@each_codemod
def test_has_tests_and_snapshots(codemod: Codemod):
    assert (ROOT / "tests" / "codemods" / f"test_{codemod.origin.stem}.py").is_file()
    folders = list((ROOT / "snapshots" / codemod.id).iterdir())
    assert len(folders) >= 2


def test_every_file_in_the_folder_is_a_codemod():
    stems = {path.stem for path in SHIPPED.glob("[!_]*.py")}
    assert stems == {one.origin.stem for one in SHIPPED_CODEMODS}
