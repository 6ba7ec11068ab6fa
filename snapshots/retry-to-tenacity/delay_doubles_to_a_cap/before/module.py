import time

MAX_DELAY = 5


def fetch(call):
    delay = 1
    for attempt in range(6):
        try:
            return call()
        except ConnectionError:
            if attempt == 5:
                raise
            time.sleep(delay)
            delay = min(delay * 2, MAX_DELAY)
