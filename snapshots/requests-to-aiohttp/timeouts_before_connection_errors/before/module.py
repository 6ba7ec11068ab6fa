import requests


async def read(url):
    try:
        return requests.post(url, timeout=0.2).text
    except requests.exceptions.ConnectionError:
        return "unreachable"
    except requests.exceptions.Timeout:
        return "too slow"


async def main(url):
    return [await read(url + path) for path in ("/slow", "/drop", "/echo/x")][:2]
