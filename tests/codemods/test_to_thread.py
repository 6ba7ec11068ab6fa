"""`to-thread`: where it fires, and where it must not."""

import pytest

from lever_fix.model import Safety
from lever_fix.testing import check_rewrites, check_unchanged, rewrite

REFUSED = "import requests\n\n\nasync def f(url, hooks):\n    return requests.get(url, hooks=hooks)"


def test_layout_of_several_lines_is_kept():
    check_rewrites(
        "to-thread",
        "import requests\n\n\nasync def f(url, hooks):\n"
        "    answer = requests.post(\n        url,  # there\n        hooks=hooks,\n    )\n"
        "    return answer.text\n",
        "import asyncio\n\nimport requests\n\n\nasync def f(url, hooks):\n"
        "    answer = await asyncio.to_thread(\n        requests.post,\n"
        "        url,  # there\n        hooks=hooks,\n    )\n"
        "    return answer.text\n",
    )


def test_a_lock_makes_it_unsafe():
    check_rewrites(
        "to-thread",
        "import requests\n\n\nasync def f(url, lock, hooks):\n"
        "    with lock:\n        return requests.get(url, hooks=hooks)\n",
        "import asyncio\n\nimport requests\n\n\nasync def f(url, lock, hooks):\n"
        "    with lock:\n        return await asyncio.to_thread(requests.get, url, hooks=hooks)\n",
        safety=Safety.UNSAFE,
        reason="lock",
    )


@pytest.mark.parametrize(
    "source",
    [
        "import requests\n\n\nasync def f(url):\n    return requests.get(url).text\n",
        "import requests\n\n\ndef f(url, hooks):\n    return requests.get(url, hooks=hooks)\n",
        "async def f(requests, url, hooks):\n    return requests.get(url, hooks=hooks)\n",
        "import requests\n\nasync def f(urls, hooks):\n"
        "    return list(map(lambda url: requests.get(url, hooks=hooks), urls))\n",
        "import requests\n\nshared = requests.Session()\n\n\nasync def f(url, hooks):\n"
        "    return shared.get(url, hooks=hooks)\n",
    ],
)
def test_is_silent(source):
    check_unchanged("to-thread", source)


@pytest.mark.parametrize("arguments", ["stream=True, hooks=hooks", "**hooks", "stream=hooks"])
def test_a_body_that_is_read_later_is_refused(arguments):
    call = f"requests.get(url, {arguments})"
    source = f"import requests\n\n\nasync def f(url, hooks):\n    return {call}\n"
    check_unchanged("to-thread", source, refusal="streamed")


def test_the_rewrite_goes_first():
    """Both selected, the place that aiohttp can serve is left to it."""
    source = "import requests\n\n\nasync def f(url):\n    return requests.get(url).text\n"
    result = check_rewrites(
        ("requests-to-aiohttp", "to-thread"),
        source,
        "import aiohttp\n\n\nasync def f(url):\n"
        "    async with aiohttp.ClientSession(\n"
        "        timeout=aiohttp.ClientTimeout(total=None),\n    ) as session:\n"
        "        async with session.get(url, max_redirects=31) as response:\n"
        '            return await response.text(errors="replace")\n',
        safety=Safety.UNSAFE,
    )
    assert {one.codemod for one in result.findings} == {"requests-to-aiohttp"}


def test_says_why_aiohttp_cannot():
    source = "import requests\n\n\nasync def f(url, g):\n    requests.get(url, hooks=g)\n"
    (finding,) = rewrite("to-thread", source).findings
    assert finding.message.endswith("aiohttp cannot make the call: `hooks` has no equal in aiohttp")
