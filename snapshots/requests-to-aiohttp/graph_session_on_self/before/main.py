from client import Client


def both(url: str) -> list:
    with Client(url, "secret") as client:
        return [client.item(name) for name in ("a", "b")]


async def main(url):
    return both(url)
