import requests


async def main(url):
    if requests.get(url + "/status/200").status_code == 200 and url:
        return "up"
    return "down"
