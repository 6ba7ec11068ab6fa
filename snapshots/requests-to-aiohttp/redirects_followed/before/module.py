import requests


async def main(url):
    response = requests.get(url + "/redirect/302?to=/echo")
    return response.status_code, response.json()["target"]
