"""The index in a run: in workers, in the cache, and after a round has changed a file."""

from __future__ import annotations

import ast

import pytest

from lever_fix.engine import indexing
from lever_fix.model import Finding

FILES = {
    "shop/__init__.py": "from shop.clients import fetch\n",
    "shop/clients.py": "async def fetch():\n    pass\n",
    "shop/views.py": "import shop\n\n\nasync def view():\n    return shop.fetch()\n",
    "shop/other.py": "x = 1\n",
}
AWAIT = """
for node in ast.walk(module.tree):
    symbol = project.index.symbol(module, node.func) if isinstance(node, ast.Call) else None
    facts = project.index.function(symbol) if symbol else None
    if facts and facts.is_async and not isinstance(scopes(module).parent(node), ast.Await):
        span = module.span(node)
        edit = Edit(module.path, span.start, span.start, "await ")
        yield module.finding(span, "await it", edits=(edit,))
"""
IMPORTS = "import ast\nfrom lever_fix.semantics.scopes import scopes"


@pytest.fixture
def shop(lab):
    lab.write(FILES)
    lab.codemod("add_await", AWAIT, rest=IMPORTS, triggers=("fetch",), index=True)
    return lab


@pytest.fixture
def parses(monkeypatch):
    """The files whose facts were made in this process."""
    seen: list[str] = []
    original = indexing.facts_of

    def spied(module):
        seen.append(module.path)
        return original(module)

    monkeypatch.setattr(indexing, "facts_of", spied)
    return seen


def found(plan) -> list[tuple[str, int]]:
    return [(one.path, one.span.start) for one in plan.findings]


def test_a_codemod_sees_other_files(shop):
    assert found(shop.run().plan()) == [("shop/views.py", 43)]


def test_workers_see_the_same(shop, monkeypatch):
    monkeypatch.setattr("lever_fix.engine.workers.PAYS_FROM", 1)
    assert found(shop.run(jobs=2).plan()) == [("shop/views.py", 43)]


def test_spawned_workers_see_the_same(shop, monkeypatch):
    monkeypatch.setattr("lever_fix.engine.workers.PAYS_FROM", 1)
    monkeypatch.setattr("lever_fix.engine.workers.threading.active_count", lambda: 2)
    assert found(shop.run(jobs=2).plan()) == [("shop/views.py", 43)]


def test_files_outside_the_run_are_known(shop):
    run = shop.run()
    run.groups = {"shop/views.py": 0}
    run.project = list(FILES)
    assert found(run.plan()) == [("shop/views.py", 43)]


def test_no_index_is_made_where_no_file_has_a_trigger(shop, parses):
    (shop.root / "shop/views.py").write_text("x = 1\n")
    (shop.root / "shop/clients.py").write_text("x = 1\n")
    (shop.root / "shop/__init__.py").write_text("")
    assert found(shop.run().plan()) == []
    assert parses == []


def test_nothing_is_made_twice(shop, parses):
    first = shop.run(cache=True).plan()
    assert sorted(parses) == sorted(FILES)
    parses.clear()
    assert shop.run(cache=True).plan() == first
    assert parses == []


def test_an_outcome_holds_until_a_file_it_relied_on_changes(shop, parses):
    shop.run(cache=True).plan()
    parses.clear()
    (shop.root / "shop/other.py").write_text("x = 2\n")
    assert found(shop.run(cache=True).plan()) == [("shop/views.py", 43)]
    assert parses == []
    (shop.root / "shop/clients.py").write_text("def fetch():\n    pass\n")
    assert found(shop.run(cache=True).plan()) == []
    assert sorted(parses) == ["shop/clients.py", "shop/other.py"]


def test_a_new_file_may_change_what_a_name_means(shop):
    (shop.root / "shop/__init__.py").write_text("from shop.aio import fetch\n")
    assert found(shop.run(cache=True).plan()) == []
    (shop.root / "shop/aio.py").write_text("async def fetch():\n    pass\n")
    assert found(shop.run(cache=True).plan()) == [("shop/views.py", 43)]


def test_a_new_manifest_may_change_what_a_name_means(shop):
    shop.write(
        {
            "parts/own.py": "async def fetch():\n    pass\n",
            "parts/sub/use.py": "import own\n\nown.fetch()\n",
        }
    )
    assert found(shop.run(cache=True).plan()) == [("shop/views.py", 43)]
    (shop.root / "parts/pyproject.toml").write_text("")
    again = found(shop.run(cache=True).plan())
    assert again == [("parts/sub/use.py", 12), ("shop/views.py", 43)]


def test_a_round_changes_the_index(shop):
    (shop.root / "shop/clients.py").write_text("def fetch():\n    pass\n")
    shop.replacing("turn_async", "\ndef fetch", "\nasync def fetch")
    (shop.root / "shop/clients.py").write_text("\ndef fetch():\n    pass\n")
    settled = shop.settle()
    assert settled.rounds == 2
    after = {change.path: change.after.decode() for change in settled.changes}
    assert "await shop.fetch()" in after["shop/views.py"]
    ast.parse(after["shop/clients.py"])


def test_a_file_that_does_not_parse_is_no_end_of_the_index(shop):
    (shop.root / "shop/broken.py").write_text("def (:\n")
    plan = shop.run().plan()
    assert found(plan) == [("shop/views.py", 43)]
    assert isinstance(plan.findings[0], Finding)


def test_a_deciding_codemod_may_ask(shop):
    rest = (
        "class Facts(msgspec.Struct):\n    path: str\n"
        "def scan(module):\n    return Facts(module.path)"
    )
    body = """
    from lever_fix.index.index import Symbol
    for site in project.index.callers(Symbol("shop/clients.py", "fetch")):
        place = {"path": site.path, "span": Span(0, 1)}
        yield Finding(codemod="", message="calls", safety=Safety.DISPLAY, **place)
    """
    shop.codemod(
        "callers", body, rest=rest, triggers=("fetch",), index=True, scan="scan", facts="Facts"
    )
    shop.ids.remove("add-await")
    for _ in range(2):
        plan = shop.run(cache=True).plan()
        assert not plan.problems
        assert [one.path for one in plan.findings] == ["shop/views.py"]


SECTION = """
class Names(msgspec.Struct):
    names: tuple[str, ...]

def names(module, facts):
    made.append(module.path)
    return Names(tuple(facts.functions)) if facts.functions else None

made = []
NAMES = Section("names", Names, names)

def prepare(index):
    def whole():
        index.asked.add("*")
        return sum(len(index.section(NAMES, path).names) for path in index.facts
                   if index.section(NAMES, path))
    index.remember("count", whole)
    return ("count",)
"""
COUNTS = """
known = project.index.section(NAMES, module.path)
count = project.index.remember("count", lambda: -1)
names = known.names if known else ()
yield module.finding(Span(0, 1), f"{names} of {count}", safety=Safety.DISPLAY, reasons=("so",))
"""


@pytest.fixture
def counted(lab):
    lab.write(FILES)
    rest = f"import msgspec\nfrom lever_fix.index.section import Section\n{SECTION}"
    more = {"index": True, "sections": "(NAMES,)", "prepare": "prepare"}
    lab.codemod("count_names", COUNTS, rest=rest, triggers=("fetch",), **more)
    return lab


def said(plan) -> list[str]:
    assert not plan.problems
    return [one.message for one in plan.findings]


SAID = ["() of 2", "('fetch',) of 2", "('view',) of 2"]


@pytest.mark.parametrize("threads", [1, 2])
def test_workers_know_what_was_worked_out_before(counted, monkeypatch, threads):
    monkeypatch.setattr("lever_fix.engine.workers.PAYS_FROM", 1)
    monkeypatch.setattr("lever_fix.engine.workers.threading.active_count", lambda: threads)
    assert said(counted.run(jobs=2).plan()) == SAID


def test_a_section_holds_until_its_file_changes(counted, parses):
    assert said(counted.run(cache=True).plan()) == SAID
    parses.clear()
    text = "async def fetch():\n    pass\n\n\ndef more():\n    pass\n"
    (counted.root / "shop/clients.py").write_text(text)
    changed = said(counted.run(cache=True).plan())
    assert changed == ["() of 3", "('fetch', 'more') of 3", "('view',) of 3"]
    assert parses == ["shop/clients.py"]


def test_facts_without_a_section_are_made_again_with_it(shop, counted, parses):
    shop.ids.remove("count-names")
    shop.run(cache=True).plan()
    parses.clear()
    shop.ids[:] = ["count-names"]
    assert said(shop.run(cache=True).plan()) == SAID
    assert sorted(parses) == sorted(FILES)
    parses.clear()
    shop.ids[:] = ["add-await"]
    assert found(shop.run(cache=True).plan()) == [("shop/views.py", 43)]
    assert parses == []  # more than it asked for is no less


def test_packed_facts_that_are_not_kept_are_unpacked_again(shop, monkeypatch):
    monkeypatch.setattr(indexing, "KEPT_BYTES", 1)
    assert found(shop.run().plan()) == [("shop/views.py", 43)]
