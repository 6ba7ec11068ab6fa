import requests
from requests.adapters import HTTPAdapter


async def main(url):
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=2))
    first = session.get(url + "/text/ascii").text
    return first, session.post(url + "/echo", json={"a": 1}).json()
