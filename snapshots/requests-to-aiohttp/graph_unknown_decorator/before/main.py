import requests


def logged(function):
    def inner(*args):
        print("called")
        return function(*args).upper()

    return inner


@logged
def fetch(url):
    return requests.get(url).text


async def main(url):
    return fetch(url + "/text/ascii")
