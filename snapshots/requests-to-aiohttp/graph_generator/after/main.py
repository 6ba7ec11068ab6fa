import requests


def pages(url):
    for number in range(2):
        yield requests.get(f"{url}/echo/{number}").json()["target"]


async def main(url):
    return list(pages(url))
