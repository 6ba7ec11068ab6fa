import requests


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    async def item(self, number: int) -> dict:
        response = requests.get(f"{self.url}/json/object", timeout=5)
        response.raise_for_status()
        return {**response.json(), "number": number}


async def main(url):
    return await Client(url).item(3)
