import requests


async def main(url):
    response = requests.get(url + "/text/latin1")
    response.encoding = "utf-8"
    return response.text
