import aiohttp


async def main(url):
    try:
        async with aiohttp.ClientSession() as session:
            async with session.post(
                url + "/drop",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=1, sock_read=1),
                skip_auto_headers={"Content-Type"},
                max_redirects=31,
            ) as response:
                await response.read()
                response.raise_for_status()
    except (aiohttp.ClientError, TimeoutError) as error:
        if isinstance(error, aiohttp.ClientResponseError):
            return "answered", error.status
        return "unreachable"
    return "fine"
