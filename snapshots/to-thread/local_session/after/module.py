import asyncio

import requests
from requests.adapters import HTTPAdapter


async def main(url):
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=2))
    first = (await asyncio.to_thread(session.get, url + "/text/ascii")).text
    return first, (await asyncio.to_thread(session.post, url + "/echo", json={"a": 1})).json()
