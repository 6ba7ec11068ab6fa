from client import Client


class Report:
    def __init__(self, client, title):
        self.client = client
        self.title = title

    async def lines(self):
        return [self.title, *await self.client.read_all(["object", "plain"])]


async def first(client):
    return await client.read("object")


async def main(url):
    client = None
    client = Client(url)
    return await first(client), await first(Client(url)), await Report(client, title="rates").lines()
