import json

import aiohttp


async def ask(url, deep):
    found = len(url)
    if found > 999:
        return found
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(
                url + "/json/object",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as found:
                seen = [await found.text(errors="replace")]
                found = json.loads(await found.text())
            seen.append(found["a"])
        except ValueError:
            return None
        found = [found]
        for found in found:
            seen.append(sorted(found))
        if deep:
            async with session.get(
                url + "/status/404",
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as found:
                await found.read()
                seen.append(found.status)
        else:
            async with session.post(
                url + "/echo",
                data={"a": "b"},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                max_redirects=31,
            ) as found:
                await found.read()
                seen.append(found.ok)
    found = 3
    return seen, found


async def main(url):
    return await ask(url, True), await ask(url, False)
