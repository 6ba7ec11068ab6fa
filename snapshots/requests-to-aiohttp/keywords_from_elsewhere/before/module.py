import requests


async def read(url, **options):
    return requests.get(url, **options).text


async def main(url):
    return await read(url + "/text/ascii", timeout=5)
