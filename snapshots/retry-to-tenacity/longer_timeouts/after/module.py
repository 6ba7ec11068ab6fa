import time


def fetch(call):
    timeout = 1
    for attempt in range(3):
        try:
            return call(timeout=timeout)
        except ConnectionError:
            if attempt == 2:
                raise
            timeout *= 2
            time.sleep(1)
