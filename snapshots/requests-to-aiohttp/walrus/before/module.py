import requests


async def main(url):
    if (response := requests.get(url + "/text/ascii")).ok:
        return response.text
