import requests


def parse(response):
    return response.json()


async def main(url):
    response = requests.get(url + "/json/object")
    return parse(response)
