import time


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(1)
            time.sleep(2)
