import requests


def fetch(url):
    return requests.get(url)


async def main(url):
    pages = []
    pages.append(fetch(url + "/text/ascii"))
    return [page.text for page in pages]
