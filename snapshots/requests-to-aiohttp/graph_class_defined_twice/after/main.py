import requests

try:
    from json import JSONDecoder as Base

    class Client(Base):
        def read(self, url):
            return requests.get(url).text

except ImportError:

    class Client:
        pass


async def main(url):
    return Client().read(url + "/text/ascii")
