import hashlib

import requests


async def main(url):
    digest = hashlib.sha256()
    response = requests.get(url + "/chunks", stream=True)
    for chunk in response.iter_content(1024):
        digest.update(chunk)
    return digest.hexdigest()
