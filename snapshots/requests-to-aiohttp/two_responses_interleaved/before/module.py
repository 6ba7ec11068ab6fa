import requests


async def main(url):
    first = requests.get(url + "/json/object")
    second = requests.get(url + "/json/plain")
    print(first.status_code)
    both = first.json(), second.json()
    print(second.headers.get("Content-Type"))
    return both
