import time


def fetch(call, retries=None):
    failures = 0
    while retries is None or failures <= retries:
        try:
            return call()
        except ConnectionError:
            failures += 1
            if failures > 8:
                raise
            time.sleep(1)
