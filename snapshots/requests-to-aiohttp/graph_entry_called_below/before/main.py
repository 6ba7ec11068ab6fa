import other
import requests


def both(url):
    return other.main(url), requests.get(f"{url}/json/plain", timeout=5).json()


async def main(url):
    return both(url)
