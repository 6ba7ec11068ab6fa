import requests
from later import wait


def fetch(url: str, name: str) -> dict:
    wait()
    return requests.get(f"{url}/json/{name}", timeout=5).json()
