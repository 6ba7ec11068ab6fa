import aiohttp
from tenacity import retry, retry_if_exception_type, stop_after_attempt

tries = []


@retry(
    retry=retry_if_exception_type(aiohttp.ClientConnectionError),
    stop=stop_after_attempt(3),
    reraise=True,
)
async def read(url):
    tries.append(url)
    async with aiohttp.ClientSession() as session:
        async with session.post(
            url,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            skip_auto_headers={"Content-Type"},
            max_redirects=31,
        ) as response:
            return await response.text(errors="replace")


async def main(url):
    try:
        await read(url + "/drop")
    except Exception:
        return len(tries)
