import requests


async def main(url):
    try:
        return requests.get(url + "/text/ascii", timeout=0).text
    except ValueError:
        return "no"
