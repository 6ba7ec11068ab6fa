import requests

__all__ = ["fetch"]


def fetch(url):
    return requests.get(url)
