"""What functions do: by their own code, by what they call, by what libraries are known for."""

import textwrap

import pytest

from lever_fix.domains.effects.summary import summary
from lever_fix.engine.indexing import FactsJob, IndexData, facts_jobs
from lever_fix.index.index import Index, Symbol
from lever_fix.index.layout import layout

HEAD = """\
import asyncio
import json
import time

import httpx
from fastapi import Depends, HTTPException
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

sessions = async_sessionmaker()


"""


def index_of(files: dict[str, str], tmp_path) -> Index:
    data = {path: code.encode() for path, code in files.items()}
    found = layout(data)
    jobs = [FactsJob(path, found.name_of(path), data[path]) for path in data]
    facts = dict(zip(data, facts_jobs(tmp_path, jobs), strict=True))
    return IndexData(tmp_path, facts, data, found).index()


def effects(code: str, tmp_path, name: str = "f", **table: str) -> set[str]:
    """The effects of a function, each as `kind what [origin]`."""
    index = index_of({"app.py": HEAD + textwrap.dedent(code)}, tmp_path)
    found = summary(index, Symbol("app.py", name), table)
    return {
        f"{one.kind} {one.what}" + ("" if one.origin.kind == "own" else f" [{one.origin}]")
        for one in found.effects
    }


@pytest.mark.parametrize(
    "code",
    [
        "def f(x): return x.a + len(x.b) - 1",
        "def f(x): return [str(y).strip() for y in sorted(x)]",
        "def f():\n    out = {}\n    out['a'] = 1\n    out.update(b=2)\n    return out",
        "def f(x):\n    out = list(x)\n    out.append(1)\n    return out",
        "def f(x):\n    out = json.loads(x)\n    out['a'] = 1\n    return out",
        "def f(x): return next(iter(sorted(x)))",
        "def f(x: str): return x.split()",
        "async def f(x: httpx.Response): return x.json()",
        "class A:\n    def __init__(self): self.x = 1\ndef f(): return A()",
        "def f():\n    def g(): x.append(1)\n    x = []\n    g()\n    return x",
    ],
)
def test_nothing(code: str, tmp_path):
    assert effects(code, tmp_path) == set()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(x): x.a = 1", "mutates `x` [parameter `x`]"),
        ("def f(x): x['a'] = 1", "mutates `x` [parameter `x`]"),
        ("def f(x): x.append(1)", "mutates `x` [parameter `x`]"),
        ("def f(x): del x[0]", "mutates `x` [parameter `x`]"),
        ("def f(x):\n    y = x\n    y.add(1)", "mutates `y` [parameter `x`]"),
        ("def f(x):\n    for y in x: y.a = 1", "mutates `y` [parameter `x`]"),
        ("N = 0\ndef f():\n    global N\n    N = 1", "mutates `N` [global `N`]"),
        ("N = []\ndef f(): N.append(1)", "mutates `N` [global `app.py::N`]"),
        ("def f(): print(1)", "writes output"),
        ("def f(): open('a')", "reads file"),
        ("def f(): open('a', 'w')", "writes file"),
        ("def f(): raise HTTPException(404)", "control `HTTPException`"),
        ("async def f(): await asyncio.sleep(1)", "waits for a while"),
        ("async def f(x):\n    async with x.lock: pass", "ordered lock [parameter `x`]"),
        ("async def f(c: httpx.AsyncClient): await c.get('a')", "reads http"),
        ("async def f(c: httpx.AsyncClient): await c.post('a')", "writes http"),
        ("async def f(c: 'httpx.AsyncClient | None'): await c.get('a')", "reads http"),
        ("def f(x): x.frobnicate()", "unknown `x.frobnicate`"),
        ("def f(x): x()", "unknown `x`"),
        ("def f(x): x.save_all()", "writes something, as `x.save_all` says"),
        ("@x\ndef f(): pass\n    # no stub\n    ", ""),
        ("@x\ndef f(): return 1", "unknown the decorator `x`"),
        ("async def f(x): await asyncio.to_thread(open, x)", "reads file"),
    ],
)
def test_own_effects(code: str, expected: str, tmp_path):
    if expected:
        assert expected in effects(code, tmp_path)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("select(1)", "reads database"),
        ("select(1).where(x).order_by(x)", "reads database"),
        ("select(1).with_for_update()", "writes database"),
        ("insert(x)", "writes database"),
        ("text('select 1')", "reads database"),
        ("text('SELECT 1 FOR UPDATE')", "writes database"),
        ("text('delete from a')", "writes database"),
        ("text(f'select {x}')", "reads database"),
        ("x", "unknown the statement of `s.execute(x)`"),
    ],
)
def test_statements(statement: str, expected: str, tmp_path):
    code = f"async def f(x):\n    async with sessions() as s: await s.execute({statement})"
    assert expected in effects(code, tmp_path)


def test_a_statement_built_step_by_step(tmp_path):
    code = """
    async def f(x):
        query = select(1)
        if x:
            query = query.where(x)
        async with sessions() as s:
            await s.execute(query)
    """
    assert "reads database" in effects(code, tmp_path)
    assert "writes database" in effects(code.replace(".where(x)", ".with_for_update()"), tmp_path)


SESSIONS = {
    "parameter": ("async def f(s: AsyncSession): await s.get(1, 2)", "parameter `s`"),
    "maker of its own": ("async def f():\n    async with sessions() as s: await s.get(1, 2)", ""),
    "made": ("async def f():\n    s = sessions()\n    await s.get(1, 2)", ""),
    "global": ("s = sessions()\nasync def f(): await s.get(1, 2)", "global `app.py::s`"),
    "injected": (
        "async def f(s=Depends(lambda: 1)):\n    await s.session.get(1, 2)",
        "parameter `s`",
    ),
}


@pytest.mark.parametrize(("code", "origin"), SESSIONS.values(), ids=list(SESSIONS))
def test_where_a_session_comes_from(code: str, origin: str, tmp_path):
    found = {one.partition("[")[2] for one in effects(code, tmp_path) if one.startswith("uses")}
    assert found == ({f"{origin}]"} if origin else set())


REPOSITORY = """
class Repository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def find(self, key): return await self.session.get(1, key)

class Service:
    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    async def find(self, key): return await self.repository.find(key)

async def given(session: AsyncSession): return await Service(Repository(session)).find(1)

async def own():
    async with sessions() as session:
        return await Service(Repository(session)).find(1)
"""


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("Repository.find", "`self.session`"),
        ("Service.find", "`self.repository.session`"),
        ("given", "parameter `session`"),
        ("own", ""),
    ],
)
def test_a_session_is_followed_through_attributes(name: str, origin: str, tmp_path):
    found = effects(REPOSITORY, tmp_path, name)
    assert "reads database" in found
    uses = {one for one in found if one.startswith("uses")}
    assert uses == ({f"uses database session [{origin}]"} if origin else set())


def test_recursion_ends(tmp_path):
    code = """
    def f(x, n): return g(x, n - 1) if n else x.append(1)
    def g(y, n): return f(y, n)
    """
    assert effects(code, tmp_path) == {"mutates `x` [parameter `x`]"}
    assert effects(code, tmp_path, "g") == {"mutates `x` [parameter `y`]"}


def test_what_is_overridden_below_counts(tmp_path):
    code = """
    class A:
        async def get(self): return 1
    class B(A):
        async def get(self): print(1)
    async def f(a: A): return await a.get()
    """
    assert effects(code, tmp_path) == {"writes output"}


def test_an_abstract_method_is_not_known(tmp_path):
    code = """
    class A:
        async def get(self): raise NotImplementedError
    async def f(a: A): return await a.get()
    """
    assert effects(code, tmp_path) == {"unknown `A.get`, which has no body"}


def test_answers_do_not_depend_on_what_was_asked_before(tmp_path):
    index = index_of({"app.py": HEAD + REPOSITORY}, tmp_path)
    names = ["Repository.find", "Service.find", "given", "own"]
    forth = [summary(index, Symbol("app.py", name)) for name in names]
    other = index_of({"app.py": HEAD + REPOSITORY}, tmp_path)
    back = [summary(other, Symbol("app.py", name)) for name in reversed(names)]
    assert forth == back[::-1]


def test_the_configuration_speaks_first(tmp_path):
    code = "import sdk\ndef f(): sdk.client.frob()"
    assert effects(code, tmp_path) == {"unknown `sdk.client.frob`"}
    assert effects(code, tmp_path, **{"sdk.*": "none"}) == set()
    longest = {"sdk.*": "none", "sdk.client.*": "write"}
    assert effects(code, tmp_path, **longest) == {"writes something"}
