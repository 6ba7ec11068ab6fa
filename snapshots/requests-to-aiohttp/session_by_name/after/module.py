import aiohttp


async def main(url):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as client:
        client.headers["Authorization"] = aiohttp.encode_basic_auth("user", "pass", encoding="latin1")
        found = []
        for path in ("/echo/1", "/echo/2"):
            async with client.get(url + path, max_redirects=31) as response:
                found.append(await response.json(content_type=None))
        await client.close()
    return found
