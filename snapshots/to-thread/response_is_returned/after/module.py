import asyncio

import requests


async def fetch(url):
    return await asyncio.to_thread(requests.get, url)


async def main(url):
    return (await fetch(url + "/text/ascii")).text
