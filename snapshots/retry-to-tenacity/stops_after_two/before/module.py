import time


def fetch(call):
    for attempt in range(5):
        try:
            return call()
        except ConnectionError:
            if attempt == 1:
                raise
            time.sleep(1)
