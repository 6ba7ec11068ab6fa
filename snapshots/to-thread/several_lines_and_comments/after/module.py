import asyncio

import requests


async def main(url, proxies=None):
    response = await asyncio.to_thread(
        requests.post,
        url + "/echo",  # where to
        json={"a": 1},
        # as the machine is set up
        proxies=proxies,
    )  # done
    return response.json()
