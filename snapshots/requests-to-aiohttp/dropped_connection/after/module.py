import aiohttp


async def main(url):
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            async with session.post(
                url + "/drop",
                data={"a": "1"},
                max_redirects=31,
            ) as response:
                await response.read()
    except aiohttp.ClientConnectionError as error:
        return "dropped"
    return "sent"
