import requests


async def main(url):
    return [requests.get(f"{url}/text/{name}").text for name in ("ascii", "utf8")]
