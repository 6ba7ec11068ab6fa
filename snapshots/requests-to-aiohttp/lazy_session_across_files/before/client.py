"""What all of the shop's calls go through."""

import requests

TOKEN = "secret"
# One session, so that connections are kept.
session = requests.Session()
session.headers.update({"X-Shop": "7", "X-Token": TOKEN})
session.headers["x-shop"] = "8"


def login(url: str) -> str:
    """The cookie that the server gives is sent with every later call."""
    return session.get(f"{url}/cookies/set", timeout=5).text
