import requests


async def send(url, body):
    return requests.post(url, data=body).json()


async def main(url):
    return await send(url + "/echo", "text")
