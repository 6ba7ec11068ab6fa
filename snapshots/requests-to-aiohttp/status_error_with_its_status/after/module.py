import aiohttp


class NotThere(Exception):
    pass


async def read(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(url, max_redirects=31) as response:
            try:
                response.raise_for_status()
            except aiohttp.ClientResponseError as error:
                if error.status == 404:
                    raise NotThere from error
                raise
            return await response.text(errors="replace")


async def main(url):
    found = []
    for path in ("/status/200", "/status/404", "/status/503"):
        try:
            found.append(await read(url + path))
        except NotThere:
            found.append("not there")
        except Exception as error:
            found.append("failed")
    return found
