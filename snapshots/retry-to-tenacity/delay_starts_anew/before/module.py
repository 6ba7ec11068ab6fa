import time


class RateLimited(Exception):
    pass


def fetch(call):
    delay = 1
    for attempt in range(6):
        try:
            return call()
        except TimeoutError:
            if attempt == 5:
                raise
            delay = 1
            time.sleep(delay)
        except ConnectionError:
            if attempt == 5:
                raise
            time.sleep(delay)
            delay *= 2
