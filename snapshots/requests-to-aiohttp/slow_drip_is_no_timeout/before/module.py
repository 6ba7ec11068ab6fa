import requests


async def main(url):
    return requests.get(url + "/drip", timeout=0.3).content
