import aiohttp


async def main(url):
    answers = []
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        for method in ("GET", "POST", "PUT"):
            async with session.request(
                method,
                f"{url}/echo",
                json={"by": method},
                max_redirects=31,
            ) as response:
                answers.append(await response.json(content_type=None))
    return answers
