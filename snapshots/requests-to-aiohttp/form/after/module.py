import aiohttp


async def main(url):
    form = {"name": "Ada", "age": 36, "tags": ["a", "b"]}
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.post(url + "/echo", data=form, max_redirects=31) as response:
            return await response.json(content_type=None)
