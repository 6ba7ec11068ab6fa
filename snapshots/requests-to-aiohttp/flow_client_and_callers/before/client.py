"""All calls of the shop go through here."""

from requests import Response
import requests


def fetch(url: str, **query: str) -> Response:
    """One page; whoever asks looks at the status."""
    return requests.get(url, timeout=5)


def send(url: str, order: dict) -> requests.Response:
    response = requests.post(url, json=order, timeout=(1, 5))
    if response.status_code >= 500:
        raise RuntimeError(response.reason)
    return response
