from types import SimpleNamespace

import requests


def _text(response):
    return response.text


async def main(url):
    return _text(requests.get(url + "/text/ascii")), _text(SimpleNamespace(text="made up"))
