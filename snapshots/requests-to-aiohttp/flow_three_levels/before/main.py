import client


def methods(url: str) -> list[str]:
    first = client.get(url)
    return [first.json()["method"], client.post(url).json()["method"]]


def main(url):
    return methods(url)
