import requests


def other(url: str) -> str:
    return requests.get(url + "/text/ascii", hooks={"response": keep}).text


def keep(response, *args, **kwargs):
    pass
