import requests


async def status(url):
    response = None
    try:
        response = requests.post(url)
    except requests.ConnectionError:
        print("gone")
    if response:
        return response.status_code
    return "bad" if response is not None and not response else "none"


async def main(url):
    return [await status(url + path) for path in ("/echo", "/status/500", "/drop")]
