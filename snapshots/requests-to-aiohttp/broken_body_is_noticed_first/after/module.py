import aiohttp


async def main(url):
    done = []
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(
                url + "/truncated",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as answer:
                await answer.read()
                done.append(answer.status)
                done.append(await answer.text(errors="replace"))
        except (aiohttp.ClientError, TimeoutError):
            done.append("broken")
        try:
            async with session.get(
                url + "/truncated",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as response:
                await response.read()
                if response.ok:
                    done.append("there")
        except (aiohttp.ClientError, TimeoutError):
            done.append("broken")
        async with session.get(
            url + "/text/ascii",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as shown:
            await shown.read()
            done.append(shown.status)
            done.append(await shown.text(errors="replace"))
        async with session.get(
            url + "/json/object",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as found:
            if found.status == 200:
                done.append(await found.json(content_type=None))
    return done
