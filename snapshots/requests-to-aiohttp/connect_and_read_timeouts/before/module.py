import requests

TIMEOUT = (2, 0.2)


async def main(url):
    try:
        return requests.get(url + "/slow", timeout=TIMEOUT).text
    except requests.ReadTimeout:
        return "read"
    except requests.ConnectTimeout:
        return "connect"
