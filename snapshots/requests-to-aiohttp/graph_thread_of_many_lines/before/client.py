import re

import requests


class Missing(Exception):
    pass


class Client:
    def __init__(self, url: str) -> None:
        self.url = url

    def fetch(self, name: str, *, strict: bool = False) -> str:
        response = requests.get(f"{self.url}/status/{name}")
        if strict and response.status_code == 404:
            raise Missing(name)
        return self.shortened(response.text)

    def shortened(self, text: str) -> str:
        return re.sub(r"\s+", " ", text).strip()
