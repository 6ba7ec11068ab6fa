import time


def fetch(call):
    for attempt in range(4):
        try:
            return call()
        except ConnectionError:
            if attempt == 3:
                raise
            time.sleep(5 * (attempt + 1))
