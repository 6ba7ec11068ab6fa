import requests

from client import fetch
from other import other


async def main(url):
    try:
        return fetch(url, "object"), other(url)
    except requests.RequestException:
        return None
