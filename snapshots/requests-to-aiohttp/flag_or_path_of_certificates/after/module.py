import os
import ssl
from typing import Any

import aiohttp


def _verified(verify: Any) -> Any:
    """What `ssl` is where `verify` is a flag, None, or the path of certificates to trust."""
    if not verify or not isinstance(verify, (str, os.PathLike)):
        return verify is None or bool(verify)
    if os.path.isdir(verify):
        return ssl.create_default_context(capath=verify)
    return ssl.create_default_context(cafile=verify)


class Client:
    def __init__(self, verify=True):
        self.verify = verify

    async def read(self, url):
        async with aiohttp.ClientSession() as session:
            async with session.get(
                url,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=5),
                ssl=_verified(self.verify),
                max_redirects=31,
            ) as response:
                return await response.json(content_type=None)


async def main(url):
    found = []
    for verify in (True, False, None, ""):
        found.append(await Client(verify).read(url + "/json/object"))
    return found
