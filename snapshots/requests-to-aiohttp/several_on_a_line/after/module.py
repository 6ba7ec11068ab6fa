import requests


async def main(url):
    response = requests.get(url + "/text/ascii"); text = response.text
    return text
