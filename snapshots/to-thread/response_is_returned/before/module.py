import requests


async def fetch(url):
    return requests.get(url)


async def main(url):
    return (await fetch(url + "/text/ascii")).text
