import functools
import time


def retrying(tries=3, delay=1, backoff=2):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            left, wait = tries, delay
            while left > 1:
                try:
                    return function(*args, **kwargs)
                except ConnectionError:
                    time.sleep(wait)
                    left -= 1
                    wait *= backoff
            return function(*args, **kwargs)

        return wrapper

    return decorate


def run(call):
    return retrying()(call)()
