import requests


async def main(url):
    return requests.get(url + "/json/object", timeout=5).json()["a"]
