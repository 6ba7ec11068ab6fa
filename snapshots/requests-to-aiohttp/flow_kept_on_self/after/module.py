import requests


class Client:
    def fetch(self, url):
        return requests.get(url)

    def ask(self, url):
        self.last = self.fetch(url)
        return self.last.text


async def main(url):
    return Client().ask(url + "/text/ascii")
