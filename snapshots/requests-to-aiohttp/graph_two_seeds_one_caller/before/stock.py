import requests


def stock(url):
    return requests.get(url + "/json/plain").json()["a"]
