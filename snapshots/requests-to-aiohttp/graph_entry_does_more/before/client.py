import requests


def fetch(url: str, name: str) -> dict:
    response = requests.get(f"{url}/json/{name}", timeout=5)
    response.raise_for_status()
    return response.json()
