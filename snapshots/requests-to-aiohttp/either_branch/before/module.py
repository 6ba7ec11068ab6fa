import requests


async def read(url, post):
    if post:
        response = requests.post(url + "/echo", json={"a": 1})
    else:
        response = requests.get(url + "/echo")
    return response.json()["method"]


async def main(url):
    return await read(url, True), await read(url, False)
