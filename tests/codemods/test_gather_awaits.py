"""Which awaits may run together, which may not and why, and how the gather is set."""

import textwrap

import pytest

from lever_fix.codemod import Safety
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

CODEMOD = "gather-awaits"
HEAD = "import asyncio\n\nimport httpx\n\n\n"


def text(code: str, head: str = HEAD) -> str:
    return head + textwrap.dedent(code).strip("\n") + "\n"


def body(*lines: str, parameters: str = "c: httpx.AsyncClient, x, y") -> str:
    inner = "\n".join(f"    {line}" for line in lines)
    return text(f"async def page({parameters}):\n{inner}\n    return a, b")


def refused(code: str, reason_code: str) -> None:
    result = check_unchanged(CODEMOD, code, refusal=reason_code)
    assert not result.findings


def reasons(code: str) -> list[str]:
    (finding,) = rewrite(CODEMOD, code).findings
    assert finding.safety is Safety.UNSAFE
    return list(finding.reasons)


@pytest.mark.parametrize(
    ("first", "second", "gathered"),
    [
        ("a = await c.get(x)", "b = await c.get(y)", "a, b = await asyncio.gather({})"),
        ("x = await c.get(x)", "b = await c.get(y)", "x, b = await asyncio.gather({})"),
        ("a = await c.get(y)", "y = await c.get(x)", "a, y = await asyncio.gather({})"),
        ("a: str = await c.get(x)", "b = await c.get(y)", "a: str\n    a, b = await ..."),
        ("a = await c.get(x)", "b: str = await c.get(y)", "b: str\n    a, b = await ..."),
    ],
)
def test_targets(first: str, second: str, gathered: str):
    calls = [line.partition("await ")[2] for line in (first, second)]
    gathered = gathered.replace("...", "asyncio.gather({})").format(", ".join(calls))
    check_rewrites(CODEMOD, body(first, second), body(gathered))


@pytest.mark.parametrize(
    "second",
    [
        "b = await c.get(a)",
        "b = await a.get(x)",
        "b = await c.get(a.url)",
        "b = await c.get(f'{a}')",
        "b = await c.get(x, params={'a': a})",
        "b = await c.get(x, params={a})",
        "b = await c.get(*a)",
        "b = await c.get(x, **a)",
        "b = await c.get(x[a])",
        "b = await c.get(lambda: a)",
        "b = await c.get(lambda z=a: z)",
        "b = await c.get([z for z in a])",
        "b = await c.get([a for z in x])",
        "b = await c.get(x if a else y)",
        "b = await c.get((a := x))",
        "a = await c.get(x)",
        "b = await c.get(-a)",
    ],
)
def test_what_an_earlier_one_gave_is_needed(second: str):
    check_unchanged(CODEMOD, body("a = b = 1", "a = await c.get(x)", second))


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("a = await c.get(x)", "b = await c.get(await y)", "nested-await"),
        ("a = await c.get(x)", "b = await c.get([z async for z in y])", "nested-await"),
        ("a = await c.get(x)", "b = await c.get(*y)", "star-arguments"),
        ("a = await c.get(x)", "_ = await c.get(y)", "result-unused"),
        ("a = await c.get(x); b = await c.get(y)", "pass", "shared-line"),
        ("a = await c.get(x)", "b = await (  # why\n        c.get(y))", "comment-inside"),
        ("a = await c.get(x)  # noqa: E501", "b = await c.get(y)", "directive"),
        ("a = await c.get(x)", "b = await c.get(y)  # pylint: disable=x", "directive"),
        ("a = await c.get(x)", "b = await c.post(y)", "writes"),
        ("a = await c.get(x)", "b = await asyncio.sleep(1)", "timing"),
        ("a = await c.get(x)", "b = await asyncio.wait_for(y, 1)", "timing"),
        ("a = await x.require_user(y)", "b = await c.get(y)", "guard"),
        ("a = await x.check_limit(y)", "b = await c.get(y)", "guard"),
        ("a = await x.get_or_404(y)", "b = await c.get(y)", "guard"),
        ("a = await x.get_or_create(y)", "b = await c.get(y)", "unknown-receiver"),
        ("a = await x.api.create_user(y)", "b = await c.get(y)", "writes"),
        ("a = await x.frobnicate(y)", "b = await c.get(y)", "unknown-effects"),
        ("a = await x.get_user(y)", "b = await c.get(y)", "unknown-receiver"),
        ("a = await x.session.get_user(y)", "b = await c.get(y)", "shared-resource"),
        ("a = await x.user_repo.get_user(y)", "b = await c.get(y)", "unknown-repository"),
        ("a = await super().get_user(y)", "b = await c.get(y)", "same-object"),
        ("a = await c.get(x.session)", "b = await c.get(y)", "shared-resource"),
        ("a = await c.get([x.db])", "b = await c.get(y)", "shared-resource"),
    ],
)
def test_never(first: str, second: str, code: str):
    if code == "unknown-receiver" and "or_create" in first:
        code = "writes"
    refused(body(first, second), code)


@pytest.mark.parametrize(
    ("around", "code"),
    [
        ("async with asyncio.timeout(1):", "ordered-block"),
        ("async with x.lock:", "ordered-block"),
        ("async with x.begin():", "ordered-block"),
        ("async with x.transaction():", "ordered-block"),
        ("async with asyncio.TaskGroup() as y:", "ordered-block"),
        ("async with x.pipeline() as y:", "ordered-block"),
        ("with x._mutex:", "ordered-block"),
        ("async with asyncio.Semaphore(2):", "ordered-block"),
        ("async for y in x:", "async-for"),
    ],
)
def test_never_within(around: str, code: str):
    refused(body(around, "    a = await c.get(x)", "    b = await c.get(y)"), code)


@pytest.mark.parametrize(
    ("handler", "code"),
    [
        ("except Exception: print(a)", "partial-result"),
        ("except Exception: x()", "partial-result"),  # a and b are returned behind it
        ("finally: a.close()", "partial-result"),
        ("finally: await c.aclose()", "closes"),
    ],
)
def test_never_in_a_try(handler: str, code: str):
    code_of_try = ["try:", "    a = await c.get(x)", "    b = await c.get(y)", handler]
    refused(body(*code_of_try), code)


@pytest.mark.parametrize("place", ["except ValueError:", "finally:"])
def test_never_while_cleaning_up(place: str):
    lines = ["try:", "    x()", place, "    a = await c.get(x)", "    b = await c.get(y)"]
    refused(body(*lines), "cleanup")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("tests/test_page.py", "test"),
        ("app/tests/page.py", "test"),
        ("migrations/page.py", "script"),
        ("scripts/page.py", "script"),
    ],
)
def test_never_where_order_is_the_point(path: str, code: str):
    code_of_page = body("a = await c.get(x)", "b = await c.get(y)")
    result = check_unchanged(CODEMOD, {path: code_of_page}, refusal=code)
    assert not result.findings


@pytest.mark.parametrize("name", ["lifespan", "on_startup", "shutdown", "seed_data", "setup"])
def test_never_at_the_start_and_the_end(name: str):
    code = body("a = await c.get(x)", "b = await c.get(y)").replace("page", name)
    refused(code, "startup")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["a = await c.get(x)", "b = await c.get(y())"], "`y()` would be evaluated before `get`"),
        (["a = await c.get(x)", "b = await c.get(y['z'])"], "`y['z']` would be evaluated"),
        (["a = await c.get(x)", "b = await c.get(y + 1)"], "`y + 1` would be evaluated"),
        (["a = await x_client.get_a(y)", "b = await c.get(y)"], "not defined in this project"),
        (
            ["with x.entered():", "    a = await c.get(x)", "    b = await c.get(y)"],
            "`with x.entered` is around it",
        ),
        (
            [
                "try:",
                "    a = await c.get(x)",
                "    b = await c.get(y)",
                "except KeyError:",
                "    raise",
            ],
            "`except KeyError` is around it",
        ),
    ],
)
def test_unsafe(lines: list[str], reason: str):
    found = reasons(body(*lines))
    assert len(found) == 1
    assert reason in found[0]


def test_the_first_ones_arguments_are_evaluated_where_they_were():
    before = body("a = await c.get(x())", "b = await c.get(y)")
    check_rewrites(CODEMOD, before, body("a, b = await asyncio.gather(c.get(x()), c.get(y))"))


def test_windows_line_ends_and_a_comment_at_the_end():
    lines = ["a = await c.get(x)", "b = await c.get(y)  # last"]
    before = body(*lines).replace("\n", "\r\n")
    after = body(
        "a, b = await asyncio.gather(", "    c.get(x),", "    c.get(y),  # last", ")"
    ).replace("\n", "\r\n")
    check_rewrites(CODEMOD, before.encode(), after.encode())


def test_the_line_length_decides():
    fits = "a, b = await asyncio.gather(c.get(x.%s), c.get(y))"
    for extra, tall in ((20, False), (60, True)):
        name = "z" * extra
        before = body(f"a = await c.get(x.{name})", "b = await c.get(y)")
        after = body(fits % name)
        if tall:
            lines = ("a, b = await asyncio.gather(", f"    c.get(x.{name}),", "    c.get(y),", ")")
            after = body(*lines)
        check_rewrites(CODEMOD, before, after)


def test_what_depends_starts_the_next_group():
    before = text("""
        async def page(c: httpx.AsyncClient, x):
            a = await c.get(x)
            b = await c.get(x)
            d = await c.get(a.url)
            e = await c.get(b.url)
            return d, e
    """)
    after = text("""
        async def page(c: httpx.AsyncClient, x):
            a, b = await asyncio.gather(c.get(x), c.get(x))
            d, e = await asyncio.gather(c.get(a.url), c.get(b.url))
            return d, e
    """)
    check_rewrites(CODEMOD, before, after)


def test_what_was_found_out_is_named():
    files = {
        "reads.py": "async def get_a(c):\n    return await c.get('a')\n",
        "page.py": "import httpx\n\nfrom reads import get_a\n\n\n"
        "async def page(c: httpx.AsyncClient):\n"
        "    a = await get_a(c)\n    b = await c.get('b')\n    return a, b\n",
    }
    (finding,) = rewrite(CODEMOD, files).findings
    assert finding.safety is Safety.UNSAFE
    assert finding.reads == ("reads.py::get_a",)
    assert finding.writes == ("page.py::page",)


@pytest.mark.parametrize(
    ("word", "safety"), [("read", Safety.SAFE), ("none", Safety.SAFE), ("write", None)]
)
def test_the_configuration_has_the_last_word(word: str, safety: Safety | None):
    code = "from sdk import thing\n\n\nasync def page(x):\n    a = await thing.frob(x)\n" + (
        "    b = await thing.frob(1)\n    return a, b\n"
    )
    result = rewrite(CODEMOD, code, effects={"sdk.*.frob": word})
    assert [one.safety for one in result.findings] == ([safety] if safety else [])


def test_three_queries_of_an_unknown_repository():
    code = body(
        "a = await x.user_repo.get_a(y)",
        "b = await x.user_repo.get_b(y)",
        "d = await x.user_repo.list_d(y)",
    )
    (finding,) = check_unchanged_but_found(code)
    assert finding.safety is Safety.DISPLAY
    assert "one aggregated query" in finding.message


def check_unchanged_but_found(code: str):
    result = rewrite(CODEMOD, code)
    assert result.text == code
    return result.findings


def test_a_call_on_several_lines_is_joined_where_it_fits():
    before = body("a = await c.get(", "    x", ")", "b = await c.get(y)")
    check_rewrites(CODEMOD, before, body("a, b = await asyncio.gather(c.get(x), c.get(y))"))


def test_a_call_on_several_lines_stays_so_where_its_last_comma_asks_for_it():
    before = body("a = await c.get(", "    x,", ")", "b = await c.get(y)")
    after = body(
        "a, b = await asyncio.gather(",
        "    c.get(",
        "        x,",
        "    ),",
        "    c.get(y),",
        ")",
    )
    check_rewrites(CODEMOD, before, after)
