import requests


class Client:
    def __init__(self, verify=True):
        self.verify = verify

    def read(self, url):
        return requests.get(url, timeout=5, verify=self.verify).json()


async def main(url):
    found = []
    for verify in (True, False, None, ""):
        found.append(Client(verify).read(url + "/json/object"))
    return found
