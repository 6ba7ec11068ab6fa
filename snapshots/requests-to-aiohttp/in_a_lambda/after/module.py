import requests


async def main(url):
    response = requests.get(url + "/json/object")
    read = lambda: response.json()
    return read()
