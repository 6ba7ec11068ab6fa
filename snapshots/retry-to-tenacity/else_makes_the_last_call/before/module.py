import time

ATTEMPTS = 4


def fetch(call):
    for _ in range(ATTEMPTS - 1):
        try:
            return call()
        except ConnectionError:
            time.sleep(1)
    else:
        return call()
