"""The HTML pages, opened in a real browser: they show what they should, and nothing else runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from lever_fix.api import Project
from lever_fix.bulk.executors import inline
from lever_fix.bulk.html import render_report
from lever_fix.bulk.order import Count, LeftOut, Order, Outcome, Stage
from lever_fix.bulk.run import Asked, run_campaign
from lever_fix.bulk.state import Row
from lever_fix.report.html import render_html

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
HOSTILE = (
    "from typing import Optional\n\n"
    "x: Optional[int] = '</span></pre><script>document.title = \"owned\"</script>'\n"
    "# \u202e <b>&amp;\n"
)


class Page(HTMLParser):
    """The tags of a page, and whether they close in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.addresses = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def pages(make_repo, tmp_path):
    """The report of a campaign and of a check over the same hostile file."""

    repo = make_repo("svc")
    repo.commit({"m.py": HOSTILE.encode(), "bad.py": b"from typing import Optional\nx = (\n"})
    file = tmp_path / "campaign.toml"
    file.write_text('repositories = ["svc", "gone"]\nbranch = "modern"\n')
    rows = run_campaign(file, Asked(), lambda _: None, inline)
    plan = Project(repo.path).plan()
    return {
        "bulk": render_report("modern unions", rows).decode(),
        "check": render_html(plan.value, plan.session.source).decode(),
    }


@pytest.mark.parametrize("name", ["bulk", "check"])
def test_pages_are_whole_and_fetch_nothing(pages, name):
    page = Page(pages[name])
    assert {"script", "img", "link", "iframe"}.isdisjoint(page.tags)
    places = {f"#{place}" for place in re.findall(r'id="([^"]*)"', pages[name])}
    assert set(page.addresses) <= places, "links lead to places of the page alone"
    assert not re.search(r"url\(|@import|https?:", pages[name])
    assert "\u202e" not in pages[name]
    assert "&lt;script&gt;" in pages[name]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH to open the page with")
@pytest.mark.parametrize("name", ["bulk", "check"])
def test_a_browser_shows_them(pages, name, tmp_path):
    file, shot = tmp_path / "page.html", tmp_path / "page.png"
    file.write_text(pages[name].replace("<details>", "<details open>"))

    def chromium(*options):
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            f"--user-data-dir={tmp_path / 'profile'}", *options, file.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=120, check=True)
        return done.stdout.decode()

    seen = chromium("--dump-dom")
    title = {"bulk": "modern unions", "check": "lever-fix"}[name]
    assert f"<title>{title}</title>" in seen, "no script may have run"
    assert "+x: int | None" in seen
    assert seen.count("<details") == pages[name].count("<details")
    chromium("--window-size=1000,1400", "--hide-scrollbars", f"--screenshot={shot}")
    assert shot.read_bytes()[:4] == b"\x89PNG"
    assert shot.stat().st_size > 10_000


def test_what_the_report_of_a_campaign_says(pages):
    text = re.sub(r"<[^>]+>", "\n", pages["bulk"])
    for words in ("modern unions", "1 failed", "optional-to-union", "bad.py", "gone", "svc"):
        assert words in text
    headings = re.findall(r"<h[23][^>]*>([^<]*)<", pages["bulk"])
    assert headings == [
        "What went wrong", "Failed", "Not handled", "By codemod", "Repositories", "Equal changes",
        "Changes",
    ]  # fmt: skip


def outcome(number: int, **fields) -> Outcome:
    lines = b"".join(b"-x: Optional[int]\n+x: int | None\n" for _ in range(5_000))
    patch = b"diff --git a/m.py b/m.py\n--- a/m.py\n+++ b/m.py\n@@ -1,5000 +1,5000 @@\n" + lines
    fields = {"stage": Stage.COMMITTED, "changed": 1, "patch": patch, **fields}
    counts = (Count("optional-to-union", 5_000, 4_999),)
    return Outcome(name=f"svc{number}", counts=counts, seconds=1.5, **fields)


def row(made: Outcome, order: Order) -> Row:
    url = f"/repositories/{made.name}"
    return Row(made.name, url, made.stage, made.error, "", "a" * 40, order, made)


def test_a_large_campaign_stays_a_page_that_opens():
    """100,000 findings in 20 repositories, whose diffs have 200,000 lines."""
    order = Order(name="x", url="x", commit="x", campaign="x", branch="modern", verify="pytest -q")
    left_out = (LeftOut("m.py:3", "optional-to-union", "left out: `x` fails with it", "E  boom"),)
    made = [outcome(number) for number in range(18)]
    made.append(outcome(18, left_out=left_out, warnings=("careful",)))
    made.append(outcome(19, stage=Stage.APPLIED, error="it fails\nE  why", hint="mend it"))
    page = render_report("large", [row(one, order) for one in made]).decode()
    assert len(page) < 6_000_000
    text = re.sub(r"<[^>]+>", "\n", page)
    for words in (
        "100,000", "99,980", "verified by `pytest -q`", "it fails", "E  why", "mend it", "E  boom",
        "careful", "and 7,001 more lines, to be read on the branch modern",
    ):  # fmt: skip
        assert words in text
    sums = re.search(r'<tr class="sum">(.*?)</tr>', page[page.index('id="repositories"') :])
    cells = re.findall(r"<td[^>]*>([^<]*)<", sums[1])
    assert cells == ["all", "", "100,000", "99,980", "1", "20", "40"]


def test_what_the_report_of_a_check_says(pages):
    text = re.sub(r"<[^>]+>", " ", pages["check"])
    for words in ("m.py", "optional-to-union", "3:4", "safe", "bad.py"):
        assert words in text
