import requests


def _checked(response):
    try:
        response.raise_for_status()
    except requests.HTTPError:
        return False
    return True


async def main(url):
    response = requests.get(url + "/status/409")
    return _checked(response), response.content
