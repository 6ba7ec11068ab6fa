import requests


def other(url: str) -> str:
    return requests.get(url + "/text/ascii", hooks={"response": print_nothing}).text


def print_nothing(response, *args, **kwargs):
    pass
