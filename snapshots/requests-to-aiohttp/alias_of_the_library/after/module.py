import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.put(
            url + "/echo",
            data={"a": "1"},
            max_redirects=31,
        ) as answer:
            return await answer.json(content_type=None)
