import time


tenacity = 3


def fetch(call):
    for attempt in range(3):
        try:
            return call(tenacity)
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(1)
