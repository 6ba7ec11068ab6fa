import aiohttp


async def main(url):
    try:
        async with aiohttp.ClientSession() as session:
            response = await session.get(
                url + "/text/ascii",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            )
            await response.read()
    except TimeoutError:
        return None
    else:
        print(response.status)
    return await response.text(errors="replace")
