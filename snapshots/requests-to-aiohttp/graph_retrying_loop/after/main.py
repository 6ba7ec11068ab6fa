import aiohttp
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

tries = []


async def read(url: str) -> str:
    async with aiohttp.ClientSession() as session:
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(3),
            retry=retry_if_exception_type(aiohttp.ClientResponseError),
            reraise=True,
        ):
            with attempt:
                tries.append(1)
                response = await session.post(
                    url,
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                    skip_auto_headers={"Content-Type"},
                    max_redirects=31,
                )
                await response.read()
                response.raise_for_status()
    return await response.text(errors="replace")


async def main(url):
    found = await read(url + "/status/201")
    try:
        await read(url + "/status/500")
    except aiohttp.ClientResponseError:
        return found, len(tries)
