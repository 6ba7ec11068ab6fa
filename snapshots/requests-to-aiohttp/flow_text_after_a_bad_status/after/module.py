import aiohttp


async def _ask(url: str) -> aiohttp.ClientResponse:
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        response = await session.get(f"{url}/status/409", max_redirects=31)
        await response.read()
        return response


async def main(url):
    answer = await _ask(url)
    try:
        answer.raise_for_status()
    except aiohttp.ClientResponseError:
        return answer.status, await answer.text(errors="replace"), answer.headers["Content-Type"]
