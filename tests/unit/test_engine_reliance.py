"""What is looked at again when a file has changed: what relied on it, and nothing else."""

from __future__ import annotations

import pytest

from lever_fix.engine import scanning
from lever_fix.index.memory import Memory, NotedFacts

FILES = {
    "app/__init__.py": "",
    "app/a.py": "import app\n\n\ndef alpha():\n    pass\n",
    "app/b.py": "def beta():\n    pass\n",
    "app/count.py": "# counts alpha\n",
    "app/other.py": "# counts omega\n",
}
REST = """
from lever_fix.index.memory import Table

def named(index, name):
    known = {path: one.functions.get(name) for path, one in index.facts.items()}
    return sorted("async " * one.is_async + path for path, one in known.items() if one)

HOMES = Table("homes", named)
"""
BODY = """
word = module.text.decode().split()[-1]
homes = project.index.entry(HOMES, word)
yield module.finding(Span(0, 1), f"{word} in {homes}", safety=Safety.DISPLAY, reasons=("so",))
"""


@pytest.fixture
def homes(lab):
    lab.write(FILES)
    more = {"triggers": ("counts",), "index": True, "tables": "(HOMES,)"}
    lab.codemod("tell_homes", BODY, rest=REST, **more)
    return lab


@pytest.fixture
def scanned(monkeypatch):
    """The files that were scanned in this process."""
    seen: list[str] = []
    original = scanning.scan_file

    def spied(source, *rest):
        seen.append(source.path)
        return original(source, *rest)

    monkeypatch.setattr(scanning, "scan_file", spied)
    return seen


def said(plan) -> list[str]:
    assert not plan.problems
    return [one.message for one in plan.findings]


SAID = ["alpha in ['app/a.py']", "omega in []"]


def change(lab, path: str, text: str) -> None:
    (lab.root / path).write_text(text)


def test_an_entry_that_says_the_same_costs_nobody_a_scan(homes, scanned):
    assert said(homes.run(cache=True).plan()) == SAID
    scanned.clear()
    change(homes, "app/b.py", "def gamma():\n    pass\n")
    assert said(homes.run(cache=True).plan()) == SAID
    assert scanned == ["app/b.py"]


def test_who_asked_for_an_entry_that_changed_is_scanned_again(homes, scanned):
    homes.run(cache=True).plan()
    scanned.clear()
    change(homes, "app/b.py", "def omega():\n    pass\n")
    assert said(homes.run(cache=True).plan()) == [SAID[0], "omega in ['app/b.py']"]
    assert scanned == ["app/b.py", "app/other.py"]


def test_what_held_once_is_sure_the_next_time(homes, monkeypatch):
    homes.run(cache=True).plan()
    change(homes, "app/b.py", "def gamma():\n    pass\n")
    homes.run(cache=True).plan()
    monkeypatch.setattr(scanning, "scan_jobs", None)  # nothing is left for a worker to look at
    assert said(homes.run(cache=True).plan()) == SAID


def test_workers_see_the_same(homes, monkeypatch):
    monkeypatch.setattr("lever_fix.engine.workers.PAYS_FROM", 1)
    homes.run(jobs=2, cache=True).plan()
    change(homes, "app/b.py", "def omega():\n    pass\n")
    assert said(homes.run(jobs=2, cache=True).plan()) == [SAID[0], "omega in ['app/b.py']"]


def test_a_new_file_may_change_what_was_relied_on(homes):
    homes.run(cache=True).plan()
    change(homes, "app/c.py", "def omega():\n    pass\n")
    assert said(homes.run(cache=True).plan()) == [SAID[0], "omega in ['app/c.py']"]


def test_a_table_that_is_not_declared_is_relied_on_in_vain(homes, scanned):
    more = {"triggers": ("counts",), "index": True}
    homes.codemod("tell_homes", BODY, rest=REST, **more)
    homes.run(cache=True).plan()
    scanned.clear()
    change(homes, "app/b.py", "def gamma():\n    pass\n")
    assert said(homes.run(cache=True).plan()) == SAID
    assert "app/count.py" in scanned


@pytest.mark.parametrize("first", ["", "list(project.index.facts)"], ids=["alone", "with all"])
def test_a_file_that_is_no_code_is_relied_on_as_well(lab, first):
    body = f"""
    def text():
        {first or "pass"}
        return project.index.source("x.toml").text.decode()
    known = project.index.remember("manifest", text)
    yield module.finding(Span(0, 1), known, safety=Safety.DISPLAY, reasons=("so",))
    """
    lab.write({"app/a.py": "# counts\n", "app/b.py": "# counts\n", "x.toml": "one"})
    lab.codemod("tell", body, triggers=("counts",), index=True)
    assert said(lab.run(cache=True).plan()) == ["one", "one"]
    change(lab, "x.toml", "two")
    assert said(lab.run(cache=True).plan()) == ["two", "two"]


def test_a_round_looks_again_at_what_relied_on_it(homes, scanned):
    change(homes, "app/b.py", "\n\ndef omega():\n    pass\n")
    homes.replacing("turn_async", "\ndef omega", "\nasync def omega")
    run = homes.run()
    settled = homes.settle(run=run)
    assert [change.path for change in settled.changes] == ["app/b.py"]
    assert said(run.plan()) == [SAID[0], "omega in ['async app/b.py']"]
    assert scanned.count("app/other.py") == 2
    assert scanned.count("app/count.py") == 1


def test_whatever_is_asked_of_the_facts_is_noted():
    memory = Memory()
    facts = NotedFacts({}, memory)
    assert (facts.get("a.py"), "b.py" in facts) == (None, False)
    with pytest.raises(KeyError):
        facts["c.py"]
    assert memory.asked == {"a.py", "b.py", "c.py"}
    for ask in (list, len, dict):
        memory.asked.clear()
        ask(facts)
        assert memory.asked == {"*"}


def test_an_answer_is_relied_on_with_all_that_it_relied_on():
    memory = Memory()

    def inner():
        memory.asked.add("inner.py")
        return 1

    def outer():
        memory.asked.add("outer.py")
        return memory.remember("inner", inner) + 1

    for _ in range(2):
        memory.asked = {"before.py"}
        assert memory.remember("outer", outer) == 2
        assert memory.asked == {"before.py", "inner.py", "outer.py"}
    memory.asked = set()
    assert memory.remember("inner", inner) == 1
    assert memory.asked == {"inner.py"}


def test_what_fails_has_asked_all_the_same():
    memory = Memory(asked={"before.py"})

    def fail():
        memory.asked.add("inner.py")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        memory.remember("key", fail)
    assert memory.asked == {"before.py", "inner.py"}
