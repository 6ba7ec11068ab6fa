import requests


def rate(url: str) -> int:
    return requests.get(f"{url}/json/object").json()["a"]
