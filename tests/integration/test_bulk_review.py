"""`bulk review`: equal changes are one row, decided together, made by the next run."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from lever_fix.bulk.executors import inline
from lever_fix.bulk.order import Stage
from lever_fix.bulk.review import review_of
from lever_fix.bulk.run import Asked, run_campaign
from lever_fix.bulk.state import opened_state
from lever_fix.engine.fingerprint import shape
from lever_fix.errors import BulkError
from lever_fix.model import Verdict
from lever_fix.review.prompt import Prompt

OPTIONAL = "from typing import Optional\n\n\ndef {0}({1}: Optional[{2}]) -> None: ...\n"
LISTS = b"from typing import List\n\nx: List[int] = []\n"


@pytest.fixture
def campaign(make_repo, tmp_path):
    """Two repositories: the same change three times under different names, another one once."""
    names = [("load", "key", "int"), ("find", "order_id", "str"), ("fetch", "a", "bytes")]
    make_repo("svc0").commit({f"m{n}.py": OPTIONAL.format(*names[n]).encode() for n in range(2)})
    make_repo("svc1").commit({"x/y.py": OPTIONAL.format(*names[2]).encode(), "n.py": LISTS})
    file = tmp_path / "campaign.toml"
    file.write_text('repositories = ["svc*"]\nbranch = "modern"\nreview = true\n')

    return file


def run(file, **asked):
    return run_campaign(file, Asked(**asked), lambda _: None, inline)


def answers(file, text: str, **options) -> str:
    out = io.StringIO()
    with opened_state(file) as state:
        review = review_of(state, file, str, **options)
        Prompt(review, io.StringIO(text), out).run()
    return out.getvalue()


def test_without_decisions_nothing_is_made(campaign):
    assert [row.stage for row in run(campaign)] == [Stage.PLANNED, Stage.PLANNED]


def test_equal_changes_are_one_row(campaign):
    run(campaign)
    said = answers(campaign, "")
    assert "[1/2] 0002: 1 place in 1 repository: svc1/n.py" in said
    said = answers(campaign, "j\n")
    assert "[2/2] 0001: 3 places in 2 repositories: svc0/m0.py" in said
    assert "- def load(key: Optional[int]) -> None: ..." in said
    assert "+ def load(key: int | None) -> None: ..." in said


def test_what_is_accepted_is_made_wherever_it_stands_and_nothing_else(campaign):
    run(campaign)
    answers(campaign, "n\ny\n")
    rows = run(campaign)
    assert [row.stage for row in rows] == [Stage.COMMITTED, Stage.COMMITTED]
    applied = {row.name: [count.applied for count in row.outcome.counts] for row in rows}
    assert applied == {"svc0": [2], "svc1": [0, 1]}
    assert b"n.py" not in rows[1].outcome.patch


def test_decisions_are_kept_as_they_are_given_and_can_be_taken_back(campaign):
    run(campaign)
    answers(campaign, "n\n")
    with opened_state(campaign) as state:
        assert list(state.decisions().values()) == [False]
        assert review_of(state, campaign, str).session.counts[None] == 1
        everything = review_of(state, campaign, str, everything=True).session
        assert everything.counts[Verdict.REJECT] == 1
    answers(campaign, "y\nu\n")
    with opened_state(campaign) as state:
        assert len(state.decisions()) == 1


def test_what_does_not_fit_many_places_is_refused(campaign):
    run(campaign)
    said = answers(campaign, "e\ny\nw\n")
    assert "one row stands for many places" in said
    assert "carried out in its repositories" in said


def test_nothing_is_planned_yet(campaign):
    with opened_state(campaign) as state, pytest.raises(BulkError, match="nothing is planned"):
        review_of(state, campaign, str)


def test_the_command(campaign, tmp_path):
    command = [sys.executable, "-m", "lever_fix", "bulk", "review", str(campaign)]
    run(campaign)
    done = subprocess.run(command, capture_output=True, text=True, stdin=-3, check=False)
    assert done.returncode == 2
    assert "--plain" in done.stderr
    done = subprocess.run(
        [*command, "--plain"], capture_output=True, text=True, input="y\n", check=False
    )
    assert (done.returncode, "1 accepted, 0 rejected, 1 undecided" in done.stderr) == (0, True)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("x: Optional[int]", "total: Optional[Money]", True, id="names"),
        pytest.param("x: Optional[int]", "x:  Optional[ int ]", False, id="layout of the site"),
        pytest.param("x: Optional[a.B]", "x: Optional[B]", False, id="form"),
        pytest.param("x: Optional[int]", "x: Union[int, None]", False, id="another form"),
    ],
)
def test_shapes(repo, one, other, same):
    from lever_fix.api import Project

    found = {}
    head = "from typing import Optional, Union\n\n"
    repo.commit(
        {"a.py": f"{head}{one} = None\n".encode(), "b/c.py": f"{head}{other} = None\n".encode()}
    )
    for finding in (plan := Project(repo.path).plan(select=["optional-to-union"])):
        found[finding.path] = shape(plan.session.source(finding.path).text, finding)
    assert len(found) == 2
    assert (found["a.py"] == found["b/c.py"]) is same
