import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(
            url + "/echo",
            headers={"Authorization": aiohttp.encode_basic_auth("user", "secret", encoding="latin1")},
            max_redirects=31,
        ) as response:
            one = await response.json(content_type=None)
        async with session.get(
            url + "/echo",
            headers={"Authorization": aiohttp.encode_basic_auth("user", "s\u00e9cret", encoding="latin1")},
            max_redirects=31,
        ) as response:
            other = await response.json(content_type=None)
    return one, other
