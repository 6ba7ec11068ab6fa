import requests
from requests.adapters import HTTPAdapter

session = requests.Session()
session.mount("http://", HTTPAdapter(max_retries=2))


async def main(url):
    return session.get(url + "/text/ascii").text
