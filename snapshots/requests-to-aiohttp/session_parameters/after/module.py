import requests


async def main(url):
    with requests.Session() as session:
        session.params = {"key": "1"}
        return session.get(url + "/echo").json()["target"]
