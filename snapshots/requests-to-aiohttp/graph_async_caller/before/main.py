import client


async def main(url):
    return client.fetch(url, "object")["a"]
