import requests


async def main(url):
    with requests.Session() as session:
        session.headers.update({"X-Token": "secret"})
        one = session.get(url + "/echo").json()
        session.headers["X-More"] = "1"
        two = session.post(url + "/echo", json={"a": 1}).json()
    return one, two
