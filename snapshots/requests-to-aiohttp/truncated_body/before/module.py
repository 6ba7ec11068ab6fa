import requests


async def main(url):
    try:
        return requests.get(url + "/truncated").content
    except requests.exceptions.ChunkedEncodingError:
        return "truncated"
