import requests
from requests.adapters import HTTPAdapter


async def main(url):
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=2))
    return session.get(url + "/text/ascii").text
