import requests


async def main(url):
    response = requests.get(url + "/json/object")
    one = response.json()
    response = requests.get(url + "/text/ascii")
    return one, response.text
