import time


def fetch(call):
    for attempt in range(3):
        time.sleep(1)
        try:
            return call()
        except ConnectionError:
            if attempt == 2:
                raise
