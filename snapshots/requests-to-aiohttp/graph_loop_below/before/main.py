from client import fetch


def main(url):
    return [fetch(url, name) for name in ("object", "plain")]
