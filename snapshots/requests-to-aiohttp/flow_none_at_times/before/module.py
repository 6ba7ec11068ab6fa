import requests


def find(url: str, name: str):
    if not name:
        return None
    try:
        return requests.post(f"{url}/{name}", timeout=5)
    except requests.ConnectionError:
        return None


async def text(url, name):
    found = find(url, name)
    if found:
        return found.text
    if found is None:
        return "nothing"
    return "bad" if not found else "good"


async def main(url):
    return [await text(url, name) for name in ("text/ascii", "", "status/500", "drop")]
