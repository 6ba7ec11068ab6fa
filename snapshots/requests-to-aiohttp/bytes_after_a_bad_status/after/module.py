import requests


async def main(url):
    try:
        response = requests.get(url + "/status/500")
    finally:
        print("asked")
    try:
        response.raise_for_status()
    except requests.HTTPError:
        print("bad")
    return response.content
