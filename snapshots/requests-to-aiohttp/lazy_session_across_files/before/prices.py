import client
from client import login, session


def price(url: str, item: str) -> dict:
    response = session.get(f"{url}/echo", params={"item": item}, timeout=5)
    response.raise_for_status()
    return response.json()


def order(url: str, item: str) -> int:
    return client.session.post(f"{url}/echo", json={"item": item}, timeout=5).status_code
