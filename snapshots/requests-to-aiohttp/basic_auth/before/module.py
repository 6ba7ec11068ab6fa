import requests
from requests.auth import HTTPBasicAuth


async def main(url):
    one = requests.get(url + "/echo", auth=("user", "secret")).json()
    other = requests.get(url + "/echo", auth=HTTPBasicAuth("user", "s\u00e9cret")).json()
    return one, other
