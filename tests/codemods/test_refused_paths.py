"""Where an `await` cannot go: each refusal names its reason, and the path that leads to it."""

import pytest

from lever_fix.testing import check_unchanged, rewrite

CLIENT = "import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=5).text\n"
ARROW = " \N{RIGHTWARDS ARROW} "
FETCH = "a.py:fetch"

REFUSED = {
    "a lambda": ("no-await-here", "f", "f = lambda url: fetch(url)", "<lambda>"),
    "any": (
        "no-await-here",
        "f",
        "return any(fetch(one) for one in urls)",
        "<generator expression>",
    ),
    "sum": ("no-await-here", "f", "return sum(len(fetch(one)) for one in urls)", "<generator exp"),
    "join": ("no-await-here", "f", "return ''.join(fetch(one) for one in urls)", "<generator exp"),
    "a sort key": ("no-await-here", "f", "urls.sort(key=lambda one: fetch(one))", "<lambda>"),
    "sorted": ("handed-on", "f", "return sorted(urls, key=fetch)", "b.py:f"),
    "map": ("handed-on", "f", "return list(map(fetch, urls))", "b.py:f"),
    "filter": ("handed-on", "f", "return list(filter(fetch, urls))", "b.py:f"),
    "a partial": ("handed-on", "f", "return functools.partial(fetch, urls[0])", "b.py:f"),
    "submit": ("handed-on", "f", "return pool.submit(fetch, urls[0]).result()", "b.py:f"),
    "a pool's map": ("handed-on", "f", "return list(pool.map(fetch, urls))", "b.py:f"),
    "atexit": ("handed-on", "f", "atexit.register(fetch, urls[0])", "b.py:f"),
    "a signal": ("handed-on", "f", "signal.signal(2, fetch)", "b.py:f"),
    "a table": ("handed-on", "f", "return {'x': fetch}", "b.py:f"),
    "a callback": ("handed-on", "f", "urls.each(on=fetch)", "b.py:f"),
    "a generator": ("generator", "f", "yield fetch(urls)", "b.py:f"),
    "a nested function": (
        "nested-function",
        "f.g",
        "def g():\n        return fetch(urls)",
        "b.py:f.g",
    ),
    "a default": ("module-level", "", "def f(text=fetch('x')):\n    return text", "b.py:f"),
    "a class body": ("module-level", "", "class C:\n    text = fetch('x')", "b.py:<module>"),
    "an import": ("module-level", "", "text = fetch('x')", "b.py:<module>"),
    "a property": ("decorator", "C.f", "@property", "b.py:C.f"),
    "a cached property": ("decorator", "C.f", "@functools.cached_property", "b.py:C.f"),
    "a cache": ("decorator", "C.f", "@functools.lru_cache", "b.py:C.f"),
    "a context manager": ("generator", "C.f", "@contextlib.contextmanager", "b.py:C.f"),
    "an unknown decorator": ("decorator", "C.f", "@functools.singledispatchmethod", "b.py:C.f"),
    "a text": ("dunder", "C.__str__", "", "b.py:C.__str__"),
    "a length": ("dunder", "C.__len__", "", "b.py:C.__len__"),
    "an iterator": ("dunder", "C.__iter__", "", "b.py:C.__iter__"),
    "a constructor": ("dunder", "C.__init__", "", "b.py:C.__init__"),
    "a block": ("dunder", "C.__enter__", "", "b.py:C.__enter__"),
    "an item": ("dunder", "C.__getitem__", "", "b.py:C.__getitem__"),
    "an end": ("dunder", "C.__del__", "", "b.py:C.__del__"),
    "an override": ("override", "C.run(threading.Thread)", "", "b.py:C.run"),
}
HEAD = "import atexit, contextlib, functools, signal, threading\n\nfrom a import fetch\n\n\n"


def program(name: str, text: str) -> str:
    """A file that calls the function, in a place of its own."""
    if name == "f":
        return f"{HEAD}def f(urls, pool):\n    {text}\n"
    if name == "f.g":
        return f"{HEAD}def f(urls, pool):\n    {text}\n\n    return g\n"
    if not name:
        return f"{HEAD}{text}\n"
    method, _, base = name.partition("(")
    body = "yield fetch('x')" if "contextmanager" in text else "return fetch('x')"
    decorated = f"    {text}\n" if text else ""
    bases = f"({base}" if base else ""
    return f"{HEAD}class C{bases}:\n{decorated}    def {method[2:]}(self):\n        {body}\n"


@pytest.mark.parametrize("why", REFUSED)
def test_names_its_reason_and_its_path(why):
    code, name, text, end = REFUSED[why]
    user = "import b\n\n\nasync def main(url):\n    return b.f(url, url), b.C()\n"
    files = {"a.py": CLIENT, "b.py": program(name, text), "main.py": user}
    found = check_unchanged("requests-to-aiohttp", files, refusal=code).refusals
    path = next(one for one in found if one.code == code).chain[-1]
    assert path.startswith(FETCH + ARROW)
    assert end in path.rpartition(ARROW)[2]


@pytest.mark.parametrize(
    ("why", "what"),
    [
        ("map", "a list comprehension can await it"),
        ("sorted", "work its keys out first"),
        ("submit", "await `asyncio.gather` over its calls, under a semaphore"),
        ("a pool's map", "await `asyncio.gather` over its calls, under a semaphore"),
        ("a callback", "hand on a sync function that runs it with `asyncio.run`"),
    ],
)
def test_says_what_to_do(why, what):
    code, name, text, _ = REFUSED[why]
    files = {"a.py": CLIENT, "b.py": program(name, text)}
    (refusal,) = check_unchanged("requests-to-aiohttp", files, refusal=code).refusals
    assert what in refusal.chain[0]


ASYNC = "import asyncio\n\nfrom a import fetch\n\n\nasync def main(url, pool):\n"


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("await asyncio.to_thread(fetch, url)", "await fetch(url)"),
        ("await asyncio.to_thread(fetch, url=url)", "await fetch(url=url)"),
        ("(await asyncio.to_thread(fetch, url)).strip()", "(await fetch(url)).strip()"),
        ("await asyncio.to_thread(lambda: fetch(url))", "await fetch(url)"),
        ("await asyncio.shield(asyncio.to_thread(fetch, url))", "await asyncio.shield(fetch(url))"),
    ],
)
def test_threads_that_are_awaited_go(call, wanted):
    files = {"a.py": CLIENT, "main.py": f"{ASYNC}    return {call}\n"}
    result = rewrite("requests-to-aiohttp", files)
    assert f"    return {wanted}\n" in result.files["main.py"].decode()
    assert any("in a thread of its own" in one for one in result.findings[0].reasons)


@pytest.mark.parametrize(
    "call",
    [
        "asyncio.to_thread(fetch, url)",
        "await asyncio.to_thread(lambda: fetch(url).strip())",
        "await asyncio.to_thread(lambda given=url: fetch(given))",
        "await asyncio.get_running_loop().run_in_executor(pool, fetch, url)",
        "await asyncio.to_thread(len, fetch)",
        "await asyncio.to_thread(  # at night\n        fetch, url\n    )",
    ],
)
def test_threads_that_stay(call):
    files = {"a.py": CLIENT, "main.py": f"{ASYNC}    return {call}\n"}
    check_unchanged("requests-to-aiohttp", files)


@pytest.mark.parametrize(
    "also",
    [
        "open(url).read()",
        "subprocess.run([url])",
        "url.unheard_of()",
        "unknown(url)",
        "Storage(url)",
        "slow(url)",
    ],
)
def test_threads_in_which_more_blocks_stay(also):
    client = (
        "import subprocess\nimport time\n\nimport requests\n"
        "from elsewhere import Storage, unknown\n\n\ndef slow(url):\n    time.sleep(1)\n\n\n"
        f"def fetch(url):\n    {also}\n    return requests.get(url, timeout=5).text\n"
    )
    files = {"a.py": client, "main.py": f"{ASYNC}    return await asyncio.to_thread(fetch, url)\n"}
    (refusal,) = check_unchanged("requests-to-aiohttp", files, refusal="still-blocking").refusals
    assert "may block the event loop" in refusal.chain[0]
