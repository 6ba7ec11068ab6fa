import requests


def body(url):
    try:
        response = requests.get(url, timeout=5)
        response.raise_for_status()
    except requests.RequestException as error:
        raise KeyError(url) from error
    return len(response.content), response.text[:2], response.content[:3]


def anyhow(url):
    response = requests.get(url, timeout=5)
    try:
        response.raise_for_status()
    except requests.HTTPError:
        pass
    return f"{response.content!r}"


async def main(url):
    return body(url + "/json/object"), anyhow(url + "/status/404"), body(url + "/status/500")
