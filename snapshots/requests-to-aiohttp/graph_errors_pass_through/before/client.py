import requests


async def fetch(url):
    response = requests.get(url)
    response.raise_for_status()
    return response.text


async def again(url):
    return await fetch(url)
