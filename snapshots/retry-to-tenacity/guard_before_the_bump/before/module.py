import time


def fetch(call):
    failures = 0
    while True:
        try:
            return call()
        except ConnectionError:
            if failures >= 2:
                raise
            failures += 1
            time.sleep(1)
