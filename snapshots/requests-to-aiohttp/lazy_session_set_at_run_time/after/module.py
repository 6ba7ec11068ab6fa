import requests

session = requests.Session()


def login(token):
    session.headers["X-Token"] = token


async def main(url):
    login("secret")
    return session.get(url + "/echo").json()["headers"]["x-token"]
