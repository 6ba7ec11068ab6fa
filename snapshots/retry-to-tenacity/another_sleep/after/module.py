import time


def fetch(call, sleep=time.sleep):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError:
            if attempt == 2:
                raise
            sleep(1)
