import aiohttp


class Api:
    @staticmethod
    async def ping(url: str) -> bool:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
        ) as session:
            async with session.get(url + "/status/200", max_redirects=31) as response:
                await response.read()
                return response.ok

    @classmethod
    async def both(cls, url: str) -> tuple[bool, bool]:
        return await Api.ping(url), await cls.ping(url)


async def main(url):
    return await Api.both(url)
