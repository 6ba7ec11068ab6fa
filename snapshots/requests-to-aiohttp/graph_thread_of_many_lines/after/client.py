import re

import aiohttp


class Missing(Exception):
    pass


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    async def fetch(self, name: str, *, strict: bool = False) -> str:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            async with session.get(
                f"{self.url}/status/{name}",
                max_redirects=31,
            ) as response:
                if strict and response.status == 404:
                    raise Missing(name)
                return self.shortened(await response.text(errors="replace"))

    def shortened(self, text: str) -> str:
        return re.sub(r"\s+", " ", text).strip()
