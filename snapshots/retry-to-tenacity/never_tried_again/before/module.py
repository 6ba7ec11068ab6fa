import time


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError:
            time.sleep(1)
            raise
