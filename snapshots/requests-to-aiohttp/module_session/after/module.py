import requests

session = requests.Session()


async def main(url):
    return session.get(url + "/text/ascii").text
