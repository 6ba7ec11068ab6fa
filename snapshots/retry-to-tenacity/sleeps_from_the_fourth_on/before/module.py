import time


def fetch(call):
    for i in range(6):
        try:
            return call()
        except ConnectionError:
            if i == 5:
                raise
            if i > 2:
                time.sleep(1)
