import requests


class Client:
    def read(self, response):
        return response.text

    def ask(self, url):
        return self.read(requests.get(url))


class Loud(Client):
    def read(self, response):
        return response.text.upper()


async def main(url):
    return Loud().ask(url + "/text/ascii")
