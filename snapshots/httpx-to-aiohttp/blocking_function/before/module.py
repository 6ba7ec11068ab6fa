import httpx


def read(url):
    return httpx.get(url, timeout=5).text


async def main(url):
    return read(url + "/text/ascii")
