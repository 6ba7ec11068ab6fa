from client import fetch


async def main(url):
    return list(map(lambda name: fetch(url, name)["a"], ["object", "plain"]))
