import requests

session = requests.Session()
NAMES = ["ascii"]
LATER = lambda url: session.get(url + "/text/ascii").text


async def main(url):
    return [session.get(url + "/text/" + name).text for name in NAMES], LATER(url)
