import asyncio

import requests


def check(response, *args, **kwargs):
    response.raise_for_status()


async def main(url):
    return (await asyncio.to_thread(requests.get, url + "/status/200", hooks={"response": check})).status_code
