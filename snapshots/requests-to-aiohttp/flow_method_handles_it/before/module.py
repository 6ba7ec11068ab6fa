import requests


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    def _handle(self, response):
        try:
            response.raise_for_status()
            return response.json() if response.status_code != 204 else {}
        except requests.HTTPError as error:
            raise ValueError(f"status {response.status_code}: {response.text}") from error

    def one(self, name: str):
        response = requests.get(f"{self.url}/{name}", headers={"X-A": "1"})
        return self._handle(response)

    def add(self, name: str):
        return self._handle(requests.post(f"{self.url}/{name}", json={"name": name}))


async def main(url):
    client = Client(url)
    return client.one("echo")["headers"], client.add("echo")["body"], client.one("status/503")
