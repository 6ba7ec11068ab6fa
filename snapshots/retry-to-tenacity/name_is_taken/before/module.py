import time


def fetch(call, retry_state="idle"):
    for attempt in range(3):
        try:
            return call(retry_state)
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(1)
