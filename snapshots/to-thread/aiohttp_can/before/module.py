import requests


async def main(url):
    return requests.get(url + "/text/ascii", timeout=5).text
