import requests


def fetch(url, fake):
    if fake:
        return fake
    return requests.get(url)


async def main(url):
    return fetch(url + "/text/ascii", None).text
