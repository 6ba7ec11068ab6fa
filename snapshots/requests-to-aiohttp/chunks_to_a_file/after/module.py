import os
import tempfile

import aiohttp


async def main(url):
    path = os.path.join(tempfile.mkdtemp(), "got")
    async with aiohttp.ClientSession() as session:
        async with session.get(
            url + "/chunks",
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
            max_redirects=31,
        ) as response:
            response.raise_for_status()
            with open(path, "wb") as file:
                async for chunk in response.content.iter_chunked(8192):
                    file.write(chunk)
    with open(path, "rb") as file:
        return file.read()
