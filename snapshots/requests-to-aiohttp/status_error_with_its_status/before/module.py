import requests


class NotThere(Exception):
    pass


async def read(url):
    response = requests.get(url)
    try:
        response.raise_for_status()
    except requests.HTTPError as error:
        if error.response.status_code == 404:
            raise NotThere from error
        raise
    return response.text


async def main(url):
    found = []
    for path in ("/status/200", "/status/404", "/status/503"):
        try:
            found.append(await read(url + path))
        except NotThere:
            found.append("not there")
        except Exception as error:
            found.append("failed")
    return found
