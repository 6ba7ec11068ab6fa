import requests


class Item:
    def __init__(self, url):
        self.text = requests.get(url).text


async def main(url):
    return Item(url + "/text/ascii").text
