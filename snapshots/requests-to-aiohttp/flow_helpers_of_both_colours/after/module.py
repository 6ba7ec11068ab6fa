import aiohttp


def _checked(response: aiohttp.ClientResponse) -> None:
    """Nothing in here waits, so it stays as it is."""
    if response.status == 404:
        raise LookupError(response.status)
    response.raise_for_status()


async def _parsed(response: aiohttp.ClientResponse, *, key: str) -> str:
    _checked(response)
    return (await response.json(content_type=None))[key]


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        first = await session.get(f"{url}/echo", max_redirects=31)
        await first.read()
        second = await session.post(
            f"{url}/echo",
            data="x",
            skip_auto_headers={"Content-Type"},
            max_redirects=31,
        )
        await second.read()
        found = [await _parsed(first, key="method"), await _parsed(second, key="method")]
        try:
            response = await session.get(f"{url}/status/404", max_redirects=31)
            await response.read()
            _checked(response)
        except LookupError as error:
            found.append(str(error))
    return found
