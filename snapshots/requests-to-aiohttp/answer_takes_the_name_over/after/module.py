import aiohttp


async def read(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as answer:
            if answer.status != 200:
                return await answer.text(errors="replace")
            answer = await answer.json(content_type=None)
    answer["seen"] = True
    return answer


async def every(url):
    found = []
    async with aiohttp.ClientSession() as session:
        for name in ("plain", "object"):
            async with session.get(
                f"{url}/json/{name}",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as part:
                for part in await part.json(content_type=None):
                    found.append(part)
    return found


async def main(url):
    return await read(url + "/json/object"), await read(url + "/status/404"), await every(url)
