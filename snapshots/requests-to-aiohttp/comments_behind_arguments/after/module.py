import aiohttp


async def main(url):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        try:
            async with session.get(
                url + "/json/object",
                headers={"A": "b"},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),  # long enough
                max_redirects=31,
            ) as response:
                # what it says
                found = await response.json(content_type=None)
        except KeyError:
            return None
        for name in ("plain", "empty"):
            async with session.get(
                f"{url}/json/{name}",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),  # no comma
                max_redirects=31,
                # nor here
            ) as reply:
                await reply.read()
        async with session.post(
            url + "/echo",  # all of it
            data={"a": "b"},  # a form
            max_redirects=31,
        ) as reply:
            await reply.read()
            return found, reply.status
