from client import Client


def show(source, url):
    return source.item(url)


async def main(url):
    return show(Client(), url + "/text/ascii")
