import aiohttp


async def read(url):
    try:
        async with aiohttp.ClientSession() as session:
            async with session.post(
                url,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=0.2, sock_read=0.2),
                skip_auto_headers={"Content-Type"},
                max_redirects=31,
            ) as response:
                return await response.text(errors="replace")
    except TimeoutError:
        return "too slow"
    except aiohttp.ClientConnectionError:
        return "unreachable"


async def main(url):
    return [await read(url + path) for path in ("/slow", "/drop", "/echo/x")][:2]
