import requests


def check(response, *args, **kwargs):
    response.raise_for_status()


async def main(url):
    return requests.get(url + "/status/200", hooks={"response": check}).status_code
