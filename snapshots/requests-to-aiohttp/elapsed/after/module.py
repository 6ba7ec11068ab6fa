import requests


async def main(url):
    response = requests.get(url + "/text/ascii")
    return response.elapsed.total_seconds() >= 0
