import requests


async def main(url):
    response = requests.get(url + "/status/200")
    if response.status_code == 200:
        raise requests.HTTPError("no good")
    return response.text
