import aiohttp

BASE = "/echo"


async def _send(method: str, url: str, **extra):
    async with aiohttp.ClientSession() as session:
        response = await session.request(
            method,
            url,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            skip_auto_headers={"Content-Type"},
            max_redirects=31,
        )
        await response.read()
    return response


async def get(url: str):
    return await _send("GET", url + BASE)


async def post(url: str):
    answer = await _send("POST", url + BASE)
    return answer
