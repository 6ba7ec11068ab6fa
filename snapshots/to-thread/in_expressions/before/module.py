import requests


def check(response, *args, **kwargs):
    pass


async def main(url):
    hooks = {"response": check}
    if requests.get(url + "/status/200", hooks=hooks).ok:
        return [requests.get(url + p, hooks=hooks).text[:3] for p in ("/text/ascii", "/text/utf8")]
