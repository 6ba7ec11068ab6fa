import json

import requests


async def main(url):
    return json.loads(requests.get(url + "/json/plain").text)
