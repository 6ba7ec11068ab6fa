import httpx


def total(url: str) -> int:
    with httpx.Client(timeout=5) as client:
        return sum([client.get(url + path).json()["a"] for path in ("/json/object", "/json/plain")])
