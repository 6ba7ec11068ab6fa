from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp


def _pairs(fields: Any) -> Any:
    """Fields of a query or a form as text, without those that are None."""
    if fields is None:
        return None
    if isinstance(fields, (str, bytes)):
        text = fields if isinstance(fields, str) else fields.decode()
        return parse_qsl(text, keep_blank_values=True)
    pairs = []
    for name, value in fields.items() if hasattr(fields, "items") else fields:
        if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            value = [value]
        present = [one for one in value if one is not None]
        pairs.append((name, [one.encode() if isinstance(one, str) else one for one in present]))
    return parse_qsl(urlencode(pairs, doseq=True), keep_blank_values=True)


async def search(url, params):
    async with aiohttp.ClientSession() as session:
        async with session.get(
            f"{url}/echo?page=1",
            params=_pairs(params),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            return (await response.json(content_type=None))["target"]


async def main(url):
    return [await search(url, one) for one in (None, {}, {"q": ["a", None, "b c"]}, "q=a&r=b")]
