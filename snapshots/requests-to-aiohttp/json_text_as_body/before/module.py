import json

import requests


async def main(url):
    payload = json.dumps({"name": "caf\u00e9"})
    plain = requests.post(url + "/echo", data=payload).json()
    typed = requests.post(
        url + "/echo",
        data=payload,
        headers={"Content-Type": "application/json"},
    ).json()
    return plain, typed
