import requests


class Source:
    def read(self, url):
        return ""

    def twice(self, url):
        return self.read(url) * 2


class Web(Source):
    def read(self, url):
        return requests.get(url).text


async def main(url):
    return Web().twice(url + "/text/ascii")
