import requests

session = requests.Session()


def read(url):
    return session.get(url + "/text/ascii").text
