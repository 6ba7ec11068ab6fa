"""`httpx-to-aiohttp`: off by default, and the same requests before and after."""

import pytest

from lever_fix.registry import load
from lever_fix.testing import check_unchanged

CLIENT = """\
import httpx


async def main(url, value=None):
    async with httpx.AsyncClient({}) as client:
        response = await client.post(url, {})
        return response.text
"""


def test_it_is_off_by_default():
    assert not load()["httpx-to-aiohttp"].enabled


@pytest.mark.parametrize(
    ("made", "arguments", "code"),
    [
        ("transport=value", "", "session-attribute"),
        ("base_url='http://x'", "", "session-attribute"),
        ("event_hooks={}", "", "session-attribute"),
        ("http2=True", "", "session-attribute"),
        ("timeout=httpx.Timeout(5, connect=1)", "", "timeout-argument"),
        ("follow_redirects=value", "", "session-attribute"),
        ("", "params={'a': None}", "params-argument"),
        ("", "params={'a': True}", "params-argument"),
        ("", "params=value", "params-argument"),
        ("", "data={'a': None}", "data-argument"),
        ("", "data=value", "data-argument"),
        ("", "content=value", "content-argument"),
        ("", "files={'a': b'x'}", "unknown-arguments"),
        ("", "extensions={}", "unknown-arguments"),
        ("", "timeout=httpx.Timeout(5)", "timeout-argument"),
        ("", "follow_redirects=value", "follow-redirects-argument"),
        ("", "auth=value", "auth-argument"),
    ],
)
def test_what_has_no_equal_is_refused(made, arguments, code):
    check_unchanged("httpx-to-aiohttp", CLIENT.format(made, arguments), refusal=code)
