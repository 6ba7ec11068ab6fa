"""Where a plain sleep becomes an awaited one, how safe that is, and where it must stay."""

import textwrap

import pytest

from lever_fix.codemod import Safety
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

CODEMOD = "async-sleep"
HEAD = "import asyncio\nimport time\n\n\n"


def text(code: str) -> str:
    return HEAD + textwrap.dedent(code).strip("\n") + "\n\n\nNOW = time.time()\n"


def reasons(code: str, head: str = "") -> tuple[str, ...]:
    found = rewrite(CODEMOD, head + text(code)).findings
    assert len(found) == 1
    return found[0].reasons


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("time.sleep(x)", "await asyncio.sleep(x)"),
        ("time.sleep(2 ** x)", "await asyncio.sleep(2 ** x)"),
        ("time.sleep(await x())", "await asyncio.sleep(await x())"),
        ("x or time.sleep(1)", "x or await asyncio.sleep(1)"),
        ("return time.sleep(1)", "return await asyncio.sleep(1)"),
        ("[time.sleep(1) for _ in x]", "[await asyncio.sleep(1) for _ in x]"),
        ("x[time.sleep(1)]", "x[await asyncio.sleep(1)]"),
        ("time.sleep(1).real", "(await asyncio.sleep(1)).real"),
        ("if x: time.sleep(1)", "if x: await asyncio.sleep(1)"),
    ],
)
def test_every_place_of_a_call(before: str, after: str):
    check_rewrites(
        CODEMOD, text(f"async def f(x):\n    {before}"), text(f"async def f(x):\n    {after}")
    )


@pytest.mark.parametrize(
    "code",
    [
        "async def f(self):\n    time.sleep(self.delay)\n    self.done = True",
        "async def f(self):\n    self.started = 1\n    time.sleep(1)\n    self.done = True",
        "async def f(self):\n    self.count += 1\n    time.sleep(1)\n    self.count -= 1",
        "async def f(self):\n    while not self.done:\n        time.sleep(1)",
        "async def f(xs):\n    seen = {}\n    for x in xs:\n"
        "        if x not in seen:\n            time.sleep(1)\n            seen[x] = 1",
        "async def f():\n    job = Job()\n    if job.state:\n        time.sleep(1)\n"
        "    job.state = 1",
        "async def f(path):\n    with open(path) as file:\n        time.sleep(1)",
        "async def f(lock):\n    async with lock:\n        time.sleep(1)",
        "async def f(lock):\n    with lock:\n        pass\n    time.sleep(1)",
        "async def f():\n    try:\n        time.sleep(1)\n    except Exception:\n        pass",
        "async def f():\n    try:\n        g()\n    except BaseException:\n        time.sleep(1)",
        "async def f():\n    try:\n        time.sleep(1)\n    except BaseException:\n        raise",
        "async def f(lock):\n    await lock.acquire()\n    time.sleep(1)\n    lock.release()",
        "async def f(lock):\n    lock.acquire()\n    lock.release()\n    time.sleep(1)",
    ],
)
def test_safe(code: str):
    assert reasons(code) == ()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "async def f(self):\n    x = self.n\n    time.sleep(1)\n    self.n = x",
            "`self.n` is read",
        ),
        (
            "async def f(self, k):\n    if k not in self.seen:\n        time.sleep(1)\n"
            "        self.seen.add(k)",
            "`self.seen` is read",
        ),
        ("async def f(d):\n    x = d['a']\n    time.sleep(1)\n    d['a'] = x", "`d` is read"),
        ("async def f(self):\n    self.n = self.n + (time.sleep(1) or 1)", "`self.n` is read"),
        (
            "async def f(self):\n    while self.left:\n        self.left -= 1\n"
            "        time.sleep(1)",
            "`self.left` is read",
        ),
        (
            "N = 0\nasync def f():\n    global N\n    old = N\n    time.sleep(1)\n    N = old",
            "`N` is read",
        ),
        (
            "N = []\ndef push(): N.append(1)\nasync def f():\n    if not N:\n"
            "        time.sleep(1)\n        push()",
            "`N` is read",
        ),
        (
            "class A:\n    def load(self): self.ready = True\n    async def f(self):\n"
            "        if not self.ready:\n            time.sleep(1)\n            self.load()",
            "`self.ready` is read",
        ),
        ("async def f(lock):\n    with lock:\n        time.sleep(1)", "holds a lock"),
        ("async def f(self):\n    with self._mutex:\n        time.sleep(1)", "holds a lock"),
        ("async def f(db):\n    with db.begin():\n        time.sleep(1)", "stays entered"),
        (
            "async def f(lock):\n    lock.acquire()\n    time.sleep(1)\n    lock.release()",
            "held across",
        ),
        ("async def f():\n    try:\n        time.sleep(1)\n    except:\n        pass", "swallow"),
        ("async def f():\n    time.sleep(1)  # block the loop on purpose", "on purpose"),
        ("async def f():\n    time.sleep(1)  # noqa: ASYNC251", "on purpose"),
        ("@mark.trio\nasync def f():\n    time.sleep(1)", "another loop"),
    ],
)
def test_unsafe(code: str, reason: str):
    assert any(reason in one for one in reasons(code)), reasons(code)


@pytest.mark.parametrize("package", ["trio", "anyio", "curio", "twisted.internet"])
def test_another_loop_may_run_it(package: str):
    (reason,) = reasons("async def f():\n    time.sleep(1)", f"import {package}\n")
    assert package.partition(".")[0] in reason


def test_a_test_may_block_on_purpose():
    code = text("async def f():\n    time.sleep(1)").encode()
    result = rewrite(CODEMOD, {"tests/test_loop.py": code, "app/loop.py": code})
    assert [(one.path, one.safety) for one in result.findings] == [
        ("app/loop.py", Safety.SAFE),
        ("tests/test_loop.py", Safety.UNSAFE),
    ]


@pytest.mark.parametrize(
    ("code", "code_of_refusal"),
    [
        ("async def f(x):\n    time.sleep(*x)", "odd-arguments"),
        ("async def f(x):\n    time.sleep()", "odd-arguments"),
        ("async def f(x):\n    any(time.sleep(1) for _ in x)", "generator"),
        ("async def f(x):\n    print(f'{time.sleep(1)}')", "f-string"),
        ("async def f(asyncio):\n    time.sleep(1)", "name-shadowed"),
        ("async def f():\n    def g(): time.sleep(1)", "helper-unused"),
        ("async def f():\n    def g(): time.sleep(1)\n    return g", "helper-escapes"),
        ("async def f():\n    def g(): time.sleep(1)\n    h = lambda: g()", "helper-escapes"),
        ("async def f(x):\n    def g(): time.sleep(1)\n    x.map(g)", "helper-escapes"),
        ("async def f(x):\n    def g(): time.sleep(1)\n    x.submit(g)", "runs-in-thread"),
        ("async def f():\n    @cache\n    def g(): time.sleep(1)\n    g()", "helper-not-plain"),
        ("async def f():\n    def g():\n        yield time.sleep(1)\n    g()", "helper-not-plain"),
    ],
)
def test_refused(code: str, code_of_refusal: str):
    check_unchanged(CODEMOD, text(code), refusal=code_of_refusal)


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    time.sleep(1)",
        "def f():\n    def g(): time.sleep(1)\n    g()",
        "time.sleep(1)",
        "async def f():\n    g = lambda: time.sleep(1)",
        "async def f():\n    class A:\n        def g(self): time.sleep(1)",
    ],
)
def test_not_its_business(code: str):
    check_unchanged(CODEMOD, text(code))


def test_the_local_import_of_asyncio_must_stand_above():
    above = "async def f():\n    import asyncio\n    time.sleep(1)"
    below = "async def f():\n    time.sleep(1)\n    import asyncio"
    head = "import time\n\n\n"
    after = above.replace("time.sleep", "await asyncio.sleep")
    check_rewrites(CODEMOD, f"{head}{above}\n", f"{after}\n")
    check_unchanged(CODEMOD, f"{head}{below}\n", refusal="name-shadowed")


CALLER = """
    class A:
        async def pause(self):
            time.sleep(1)

        async def next(self):
            value = self.value
            await self.pause()
            self.value = value + 1
"""


def test_a_caller_that_never_gave_way_counts():
    (reason,) = reasons(CALLER)
    assert reason.startswith("in `next`, which awaits this: `self.value` is read")
    assert reasons(CALLER.replace("value = self.value", "value = 1")) == ()
    # A function that gives way already gives way to others there as well.
    assert reasons(CALLER.replace("time.sleep(1)", "await x()\n            time.sleep(1)")) == ()


def test_a_helper_is_as_safe_as_each_of_its_calls():
    before = """
        async def f(self):
            def pause():
                time.sleep(1)
            old = self.n
            pause()
            self.n = old
    """
    after = before.replace("def pause", "async def pause").replace("time.", "await asyncio.")
    after = after.replace("    pause()\n", "    await pause()\n")
    result = check_rewrites(
        CODEMOD, text(before), text(after), safety=Safety.UNSAFE, reason="`self.n` is read"
    )
    assert result.findings[0].writes == ("module.py::f.pause",)
