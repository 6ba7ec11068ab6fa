import time

import requests


def poll(url):
    for attempt in range(3):
        if requests.get(f"{url}/status/20{attempt}").status_code == 202:
            return attempt
        time.sleep(0.01)


async def main(url):
    return poll(url)
