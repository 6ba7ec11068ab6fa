import asyncio
import threading

import requests

lock = threading.Lock()


async def main(url):
    with lock:
        return (await asyncio.to_thread(requests.get, url + "/text/ascii")).elapsed is not None
