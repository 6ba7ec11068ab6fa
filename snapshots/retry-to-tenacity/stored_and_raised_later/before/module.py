import time


def fetch(call):
    last_error = None
    for attempt in range(3):
        try:
            return call()
        except ConnectionError as error:
            last_error = error
            if attempt < 2:
                time.sleep(1)
    raise last_error
