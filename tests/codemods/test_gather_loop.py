"""Which loops become a bounded gather, how safe that is, and which stay as they are."""

import textwrap

import pytest

from lever_fix.codemod import Safety
from lever_fix.testing import check_unchanged, rewrite

CODEMOD = "gather-loop"
HEAD = "import asyncio\n\nimport httpx\n\n\n"


def text(*lines: str, parameters: str = "c: httpx.AsyncClient, xs: list[str], y") -> str:
    inner = textwrap.indent("\n".join(lines), "    ")
    return f"{HEAD}async def page({parameters}):\n{inner}\n"


def rewritten(*lines: str, target: str = "py311", **options: object) -> list[str]:
    """The lines of the function afterwards; the finding must be safe."""
    result = rewrite(CODEMOD, text(*lines), target=target, options=options)
    assert [one.safety for one in result.findings] == [Safety.SAFE]
    return textwrap.dedent(result.text.partition("async def page")[2].partition("\n")[2]).split(
        "\n"
    )[:-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["return [await c.get(x) for x in xs]"], ["return await {}"]),
        (["a = [await c.get(x) for x in xs]"], ["a = await {}"]),
        (["y([await c.get(x) for x in xs], 1)"], ["y(await {}, 1)"]),
        (["[await c.get(x) for x in xs].pop()"], ["(await {}).pop()"]),
        (["[await c.get(x) for x in xs][0]"], ["(await {})[0]"]),
        (["y[[await c.get(x) for x in xs]]"], ["y[await {}]"]),
        (["a = []", "for x in xs:", "    a.append(await c.get(x))"], ["a = await {}"]),
        (
            ["a: list[str] = []", "for x in xs: a.append(await c.get(x))"],
            ["a: list[str] = await {}"],
        ),
        (
            ["a = [1]", "for x in xs:", "    a.append(await c.get(x))"],
            ["a = [1]", "a.extend(await {})"],
        ),
        (
            ["a = []", "y()", "for x in xs: a.append(await c.get(x))"],
            ["a = []", "y()", "a.extend(await {})"],
        ),
        (["a = {}", "for x in xs:", "    a[x] = await c.get(x)"], ["a = dict(zip(xs, await {}))"]),
        (["return {x: await c.get(x) for x in xs}"], ["return dict(zip(xs, await {}))"]),
        (
            ["a = []", "for x in xs:", "    z = await c.get(x)", "    a.append(z)", "return a"],
            ["a = await {}", "return a"],
        ),
    ],
)
def test_forms(before: list[str], after: list[str]):
    gather = "gather_bounded((c.get(x) for x in xs), limit=10)"
    assert rewritten(*before) == [line.replace("{}", gather) for line in after]


def test_conditions_and_keys_are_kept():
    gather = "await gather_bounded((c.get(x) for x in xs if x), limit=10)"
    assert rewritten("return [await c.get(x) for x in xs if x]") == [f"return {gather}"]
    assert rewritten("return {x.a: await c.get(x) for x in xs if x}") == [
        "return dict(",
        "    zip(",
        "        (x.a for x in xs if x),",
        "        await gather_bounded(",
        "            (c.get(x) for x in xs if x),",
        "            limit=10,",
        "        ),",
        "    )",
        ")",
    ]


def test_the_configuration_says_how_many():
    (line,) = rewritten("return [await c.get(x) for x in xs]", **{"max-concurrency": 3})
    assert line.endswith("limit=3)")


def test_the_helper_comes_once_and_has_types_of_its_time():
    lines = ["a = [await c.get(x) for x in xs]", "b = [await c.get(x) for x in xs]"]
    for target, header in (
        ("py311", "async def gather_bounded(\n    awaitables: Iterable[Awaitable[_Result]]"),
        ("py312", "async def gather_bounded[T](\n    awaitables: Iterable[Awaitable[T]]"),
    ):
        if target == "py312":
            pytest.importorskip("annotationlib", reason="the syntax needs a newer Python")
        result = rewrite(CODEMOD, text(*lines), target=target)
        assert result.text.count(header) == 1


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("y", "`y` may be made as it is read"),
        ("(z for z in xs)", "may be made as it is read"),
        ("map(str, xs)", "may be made as it is read"),
        ("y.items()", "may be made as it is read"),
    ],
)
def test_what_is_iterated_may_come_slowly(source: str, reason: str):
    (finding,) = rewrite(CODEMOD, text(f"return [await c.get(x) for x in {source}]")).findings
    assert finding.safety is Safety.UNSAFE
    assert reason in finding.reasons[-1]


@pytest.mark.parametrize(
    "source",
    ["xs", "[1, 2]", "(1, 2)", "{1, 2}", "'abc'", "range(3)", "sorted(y)", "list(y)", "xs[1:]",
     "enumerate(xs)", "y.split(',')", "y.scalars().all()", "xs or []"],
)  # fmt: skip
def test_what_is_iterated_is_there(source: str):
    assert len(rewritten(f"return [await c.get(x) for x in {source}]")) > 0


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["return [await c.get(await x) for x in xs]"], "nested-await"),
        (["return [await c.get(x) for x in await y()]"], "nested-await"),
        (["return [await c.get((z := x)) for x in xs]"], "nested-await"),
        (["return [await c.post(x) for x in xs]"], "writes"),
        (["return [await c.get(y.session, x) for x in xs]"], "shared-resource"),
        (["return [await y.get_user(x) for x in xs]"], "unknown-receiver"),
        (["return [[await c.get(x) for x in z] for z in xs]"], "nested-loop"),
        (["a = []", "for x in xs: a.append(await c.get(x))", "return x"], "loop-variable-used"),
        (["a = []", "for y.z in xs: a.append(await c.get(y))"], "loop-target"),
        (["a = []", "for x in xs: a.append(await c.get(a))"], "uses-results"),
        (["a = {}", "for x in xs: a[x] = await c.get(a)"], "uses-results"),
        (["a = []", "b = lambda: a", "for x in xs: a.append(await c.get(x))"], "captured"),
        (["global a", "for x in xs: a.append(await c.get(x))"], "not-local"),
        (["for x in xs: await c.get(x)"], "result-unused"),
        (["for x in xs: await c.post(y)"], "same-call"),
        (["for x in xs: await y.process(x)"], "unknown-effects"),
        (["for x in xs: await asyncio.sleep(x)"], "timing"),
        (["async with y.begin():", "    a = [await c.get(x) for x in xs]"], "ordered-block"),
        (["async for y in y:", "    a = [await c.get(x) for x in xs]"], "async-for"),
        (["a = [  # all", "    await c.get(x) for x in xs]"], "comment-inside"),
        (["return {x: await c.get(x) for x in y()}"], "iterable-unknown"),
        (["yield 1", "a = [await c.get(x) for x in xs]"], "generator"),
        (
            ["asyncio = y", "a = [await c.get(x) for x in xs]", "gather_bounded = y"],
            "name-shadowed",
        ),
    ],
)
def test_left_alone(lines: list[str], code: str):
    check_unchanged(CODEMOD, text(*lines), refusal=code)


@pytest.mark.parametrize(
    "lines",
    [
        ["for x in xs:", "    await c.get(x)", "    await asyncio.sleep(1)"],
        ["for x in xs:", "    if x: break", "    await c.post(x)"],
        ["a = []", "for x in xs:", "    a.append(await c.get(x))", "else:", "    y()"],
        ["a = []", "async for x in xs:", "    a.append(await c.get(x))"],
        ["while y:", "    await c.post(y)"],
        ["return [await c.get(x) async for x in xs]"],
        ["return [await c.get(x) for x in xs for z in x]"],
        ["return [(x, await c.get(x)) for x in xs]"],
        ["return {await c.get(x): x for x in xs}"],
    ],
)
def test_not_its_business(lines: list[str]):
    check_unchanged(CODEMOD, text(*lines))
