import requests


def fetch(url):
    return requests.get(url, stream=True)


async def main(url):
    return fetch(url + "/text/ascii").text
