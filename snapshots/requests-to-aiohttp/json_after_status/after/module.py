import aiohttp


async def rates(url: str, base: str) -> dict:
    """Today's rates."""
    # One call a day is all we are allowed.
    async with aiohttp.ClientSession() as session:
        async with session.get(
            f"{url}/json/object",
            params={"base": base},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=10),
            max_redirects=31,
        ) as response:  # seconds
            response.raise_for_status()
            return await response.json(content_type=None)


async def main(url):
    return await rates(url, "EUR")
