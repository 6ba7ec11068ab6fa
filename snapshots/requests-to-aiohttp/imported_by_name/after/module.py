import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.post(
            url + "/status/201",
            skip_auto_headers={"Content-Type"},
            max_redirects=31,
        ) as response:
            await response.read()
            posted = response.status
        try:
            async with session.get(url + "/status/500", max_redirects=31) as response:
                await response.read()
                response.raise_for_status()
        except aiohttp.ClientResponseError:
            return posted, "failed"
