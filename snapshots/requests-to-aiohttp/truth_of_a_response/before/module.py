import requests


async def main(url):
    response = requests.get(url + "/status/404")
    if response:
        return "found"
    missing = requests.get(url + "/status/200")
    if not missing:
        return "missing"
    return "as expected" if missing else "odd"
