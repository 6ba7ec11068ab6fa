import aiohttp


async def main(url, session="s", response="r"):
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None),
    ) as http_session:
        async with http_session.post(
            url + "/echo",
            skip_auto_headers={"Content-Type"},
            max_redirects=31,
        ) as reply:
            await reply.read()
        async with http_session.get(url + "/text/ascii", max_redirects=31) as reply:
            return session, response, await reply.text(errors="replace")
