import requests


def fetch(url: str) -> str:
    return requests.get(url + "/text/ascii", timeout=5).text
