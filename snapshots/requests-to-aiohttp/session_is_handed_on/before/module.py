import requests


def read(session, url):
    return session.get(url).text


async def main(url):
    with requests.Session() as session:
        first = session.get(url + "/text/ascii").text
        return first, read(session, url + "/text/ascii")
