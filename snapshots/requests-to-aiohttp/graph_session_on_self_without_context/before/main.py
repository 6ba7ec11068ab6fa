import requests


class Client:
    def __init__(self, url):
        self.url = url
        self.session = requests.Session()

    def item(self):
        return self.session.get(self.url).text


async def main(url):
    return Client(url + "/text/ascii").item()
