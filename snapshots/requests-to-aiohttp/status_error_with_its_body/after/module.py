import aiohttp


async def main(url):
    try:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            response = await session.post(
                url + "/status/422",
                json={"a": 1},
                max_redirects=31,
            )
            await response.read()
        response.raise_for_status()
    except aiohttp.ClientResponseError as error:
        return error.status, await response.text(errors="replace")
    return response.status, await response.text(errors="replace")
