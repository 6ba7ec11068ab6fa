import requests

BASE = "/echo"


def _send(method: str, url: str, **extra):
    response = requests.request(method, url, timeout=5)
    return response


def get(url: str):
    return _send("GET", url + BASE)


def post(url: str):
    answer = _send("POST", url + BASE)
    return answer
