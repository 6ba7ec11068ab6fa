import requests


async def search(url, params):
    response = requests.get(f"{url}/echo?page=1", params, timeout=5)
    return response.json()["target"]


async def main(url):
    return [await search(url, one) for one in (None, {}, {"q": ["a", None, "b c"]}, "q=a&r=b")]
