import requests

from client import again


async def main(url):
    try:
        return await again(url + "/status/404")
    except requests.HTTPError:
        return "not there"
