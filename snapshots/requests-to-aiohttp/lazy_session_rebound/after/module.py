import requests

session = requests.Session()


def renew():
    global session
    session = requests.Session()


async def main(url):
    return session.get(url + "/text/ascii").text
