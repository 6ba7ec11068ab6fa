import client
import requests


def careful(url, name):
    try:
        return client.fetch(url, name)
    except requests.HTTPError as error:
        return error.response.status_code
    except requests.RequestException:
        return "failed"


async def main(url):
    return [careful(url, name) for name in ("object", "empty", "broken")]
