import requests


async def main(url):
    client = requests.Session()
    client.auth = ("user", "pass")
    found = []
    for path in ("/echo/1", "/echo/2"):
        found.append(client.get(url + path).json())
    client.close()
    return found
