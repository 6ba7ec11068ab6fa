from concurrent.futures import ThreadPoolExecutor

from client import fetch


def main(url):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(fetch, [url + "/text/ascii"] * 2))
