import requests


async def read(url):
    try:
        response = requests.get(url, timeout=5)
        response.raise_for_status()
        return response.json()
    except requests.exceptions.RequestException:
        return None


async def main(url):
    return [await read(url + path) for path in ("/json/empty", "/status/500", "/json/object")]
