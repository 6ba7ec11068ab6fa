import requests


class Client:
    def item(self, url):
        return requests.get(url).text
