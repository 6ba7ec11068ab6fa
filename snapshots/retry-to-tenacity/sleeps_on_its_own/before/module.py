import time


def wait_a_little(attempt):
    time.sleep(attempt)


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError:
            if attempt == 2:
                raise
            wait_a_little(attempt)
