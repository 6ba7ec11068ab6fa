from client import Client


class Service:
    def __init__(self, url: str) -> None:
        self.client = Client(url)

    def total(self, *names: str) -> int:
        return sum([self.client.item(name)["a"] for name in names])


async def main(url):
    service = Service(url)
    return service.total("object", "plain")
