from client import fetch


async def main(url):
    return list(map(fetch, [url + "/text/ascii"]))
