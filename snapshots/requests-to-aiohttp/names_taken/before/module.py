import requests


async def main(url, session="s", response="r"):
    requests.post(url + "/echo")
    return session, response, requests.get(url + "/text/ascii").text
