import threading

import requests

found = []


def work(url: str) -> None:
    found.append(requests.get(url + "/text/ascii").text)


def main(url):
    thread = threading.Thread(target=work, args=(url,))
    thread.start()
    thread.join()
    return found
