import requests


async def main(url):
    return requests.get(url + "/echo", headers={"Accept": None}).json()
