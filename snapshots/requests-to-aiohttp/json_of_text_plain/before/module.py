import requests


async def main(url):
    response = requests.get(url + "/json/plain")
    return response.json()
