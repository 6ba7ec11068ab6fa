import asyncio

import requests


def check(response, *args, **kwargs):
    pass


async def main(url):
    hooks = {"response": check}
    if (await asyncio.to_thread(requests.get, url + "/status/200", hooks=hooks)).ok:
        return [(await asyncio.to_thread(requests.get, url + p, hooks=hooks)).text[:3] for p in ("/text/ascii", "/text/utf8")]
