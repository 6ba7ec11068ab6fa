import requests


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    def item(self, name: str) -> dict:
        return self._get(f"/json/{name}")

    def _get(self, path: str) -> dict:
        response = requests.get(self.url + path, timeout=5)
        return response.json()
