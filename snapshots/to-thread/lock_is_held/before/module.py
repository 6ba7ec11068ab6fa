import threading

import requests

lock = threading.Lock()


async def main(url):
    with lock:
        return requests.get(url + "/text/ascii").elapsed is not None
