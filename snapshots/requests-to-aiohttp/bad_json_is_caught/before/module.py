import requests


async def read(url):
    try:
        return requests.get(url).json()
    except ValueError:
        return "no JSON"


async def main(url):
    return [await read(url + path) for path in ("/json/empty", "/json/broken", "/json/object")]
