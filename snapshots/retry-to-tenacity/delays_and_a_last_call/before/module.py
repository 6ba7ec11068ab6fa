import time


def fetch(call):
    for delay in (1, 2, 4):
        try:
            return call()
        except ConnectionError:
            time.sleep(delay)
    return call()
