import aiohttp


async def main(url):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        session.headers.update({"X-Token": "secret"})
        async with session.get(url + "/echo", max_redirects=31) as response:
            one = await response.json(content_type=None)
        session.headers["X-More"] = "1"
        async with session.post(
            url + "/echo",
            json={"a": 1},
            max_redirects=31,
        ) as response:
            two = await response.json(content_type=None)
    return one, two
