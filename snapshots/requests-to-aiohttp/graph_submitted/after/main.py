from concurrent.futures import ThreadPoolExecutor

from client import fetch


def main(url):
    with ThreadPoolExecutor(2) as pool:
        return [one.result() for one in [pool.submit(fetch, url), pool.submit(fetch, url)]]
