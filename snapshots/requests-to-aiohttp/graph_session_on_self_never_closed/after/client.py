import requests


class Client:
    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers.update({"X-Token": token})

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def close(self) -> None:
        self.session.close()

    def item(self, name: str) -> dict:
        # The token goes along.
        response = self.session.get(f"{self.url}/echo/{name}", timeout=5)
        return response.json()
