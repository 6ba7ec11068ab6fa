import requests

session = requests.Session()


def read(client, url):
    return client.get(url + "/text/ascii").text


async def main(url):
    return session.get(url + "/text/ascii").text, read(session, url)
