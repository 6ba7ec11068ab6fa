import functools

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)


def retrying(tries=3, delay=1, backoff=2):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in Retrying(
                stop=stop_after_attempt(tries),
                wait=wait_exponential(multiplier=delay, exp_base=backoff),
                retry=retry_if_exception_type(ConnectionError),
                reraise=True,
            ):
                with attempt:
                    return function(*args, **kwargs)

        return wrapper

    return decorate


def run(call):
    return retrying()(call)()
