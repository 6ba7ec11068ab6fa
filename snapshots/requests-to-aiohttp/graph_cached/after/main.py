from functools import lru_cache

import requests


@lru_cache
def fetch(url):
    return requests.get(url).text


async def main(url):
    return fetch(url + "/text/ascii") + fetch(url + "/text/ascii")
