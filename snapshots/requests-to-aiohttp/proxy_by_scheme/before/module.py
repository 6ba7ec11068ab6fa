import requests


async def read(url, proxies):
    return requests.get(url, proxies=proxies).text


async def main(url):
    return await read(url + "/text/ascii", {})
