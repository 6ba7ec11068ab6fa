from client import Client


class Cache:
    def item(self, url):
        return url[:4]


def show(source, url):
    return source.item(url)


async def main(url):
    return show(Client(), url + "/text/ascii"), show(Cache(), url)
