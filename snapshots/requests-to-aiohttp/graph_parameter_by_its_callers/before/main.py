from client import Client


class Report:
    def __init__(self, client, title):
        self.client = client
        self.title = title

    def lines(self):
        return [self.title, *self.client.read_all(["object", "plain"])]


def first(client):
    return client.read("object")


async def main(url):
    client = None
    client = Client(url)
    return first(client), first(Client(url)), Report(client, title="rates").lines()
