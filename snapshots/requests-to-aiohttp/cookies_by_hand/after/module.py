import aiohttp


async def main(url):
    token = "abc=="
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(quote_cookie=False),
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        async with session.get(
            url + "/cookies/show",
            cookies={"sid": token, "lang": "en"},
            max_redirects=31,
        ) as response:
            shown = await response.text(errors="replace")
    return sorted(shown.split("; "))
