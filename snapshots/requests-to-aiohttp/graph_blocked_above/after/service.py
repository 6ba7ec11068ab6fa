from client import fetch


def both(url):
    return fetch(url, "object")["a"] + fetch(url, "plain")["a"]
