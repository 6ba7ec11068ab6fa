import aiohttp


async def find(url: str, name: str):
    if not name:
        return None
    try:
        async with aiohttp.ClientSession() as session:
            response = await session.post(
                f"{url}/{name}",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                skip_auto_headers={"Content-Type"},
                max_redirects=31,
            )
            await response.read()
            return response
    except aiohttp.ClientConnectionError:
        return None


async def text(url, name):
    found = await find(url, name)
    if found is not None and found.ok:
        return await found.text(errors="replace")
    if found is None:
        return "nothing"
    return "bad" if not (found is not None and found.ok) else "good"


async def main(url):
    return [await text(url, name) for name in ("text/ascii", "", "status/500", "drop")]
