from client import Client


async def main(url):
    client = Client(url, "secret")
    return client.item("a")
