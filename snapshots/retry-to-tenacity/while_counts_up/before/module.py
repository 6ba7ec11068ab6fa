import time


def fetch(call):
    tries = 0
    while tries < 3:
        try:
            return call()
        except ConnectionError:
            tries += 1
            if tries == 3:
                raise
            time.sleep(1)
