import aiohttp


async def _ask(url: str) -> aiohttp.ClientResponse:
    async with aiohttp.ClientSession() as session:
        response = await session.post(
            url,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=1, sock_read=1),
            skip_auto_headers={"Content-Type"},
            max_redirects=31,
        )
        await response.read()
        return response


async def _length(url: str) -> int | str:
    try:
        answer = await _ask(url)
        answer.raise_for_status()
        return len(await answer.read())
    except aiohttp.ClientResponseError as error:
        return error.status
    except TimeoutError:
        return "slow"
    except aiohttp.ClientConnectionError:
        return "gone"


async def main(url):
    return [await _length(url + path) for path in ("/text/ascii", "/status/503", "/slow", "/drop")]
