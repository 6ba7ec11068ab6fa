import time


class RateLimited(Exception):
    retry_after = 7


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except RateLimited as error:
            if attempt == 2:
                raise
            time.sleep(error.retry_after)
        except ConnectionError:
            if attempt == 2:
                raise
            time.sleep(2**attempt)
