from client import fetch, send


async def names(url: str) -> list[str]:
    page = await fetch(f"{url}/echo")
    page.raise_for_status()
    return sorted(await page.json(content_type=None))


async def status(url: str) -> int:
    return (await fetch(f"{url}/status/404")).status


async def main(url):
    answer = await send(f"{url}/echo", {"cup": 2})
    if answer.ok:
        return await names(url), await status(url), await answer.text(errors="replace")
    return None
