import aiohttp


async def main(url):
    steps = []
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url + "/json/object",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            first = await response.json(content_type=None)
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url + "/json/plain",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            second = await response.json(content_type=None)
    steps.append(0)
    steps.append(1)
    steps.append(2)
    steps.append(3)
    steps.append(4)
    steps.append(5)
    steps.append(6)
    steps.append(7)
    steps.append(8)
    steps.append(9)
    steps.append(10)
    steps.append(11)
    steps.append(12)
    steps.append(13)
    steps.append(14)
    steps.append(15)
    steps.append(16)
    steps.append(17)
    steps.append(18)
    steps.append(19)
    steps.append(20)
    steps.append(21)
    steps.append(22)
    steps.append(23)
    if steps:
        async with aiohttp.ClientSession() as session:
            async with session.get(
                url + "/json/object",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                third = await response.json(content_type=None)
    return first, second, third, len(steps)
