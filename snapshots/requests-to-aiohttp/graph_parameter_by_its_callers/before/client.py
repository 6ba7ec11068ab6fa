import requests


class Client:
    def __init__(self, url):
        self.url = url

    def read(self, name):
        return requests.get(f"{self.url}/json/{name}", timeout=5).json()

    def read_all(self, names):
        return [self.read(name) for name in names]
