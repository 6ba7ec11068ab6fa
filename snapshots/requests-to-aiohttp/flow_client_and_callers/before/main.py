from client import fetch, send


async def names(url: str) -> list[str]:
    page = fetch(f"{url}/echo")
    page.raise_for_status()
    return sorted(page.json())


async def status(url: str) -> int:
    return fetch(f"{url}/status/404").status_code


async def main(url):
    answer = send(f"{url}/echo", {"cup": 2})
    if answer.ok:
        return await names(url), await status(url), answer.text
    return None
