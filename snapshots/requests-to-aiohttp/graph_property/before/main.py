import requests


class Item:
    def __init__(self, url):
        self.url = url

    @property
    def text(self):
        return requests.get(self.url).text


async def main(url):
    return Item(url + "/text/ascii").text
