from client import Client


class Service:
    def __init__(self, url: str) -> None:
        self.client = Client(url)

    async def total(self, *names: str) -> int:
        return sum([(await self.client.item(name))["a"] for name in names])


async def main(url):
    service = Service(url)
    return await service.total("object", "plain")
