import requests

__all__ = ["fetch"]


def fetch(url: str) -> str:
    return requests.get(url).text
