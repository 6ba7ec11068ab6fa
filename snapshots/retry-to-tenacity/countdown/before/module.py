import time


def fetch(call, retries=2):
    while True:
        try:
            return call()
        except ConnectionError:
            if retries <= 0:
                raise
            retries -= 1
            time.sleep(10)
