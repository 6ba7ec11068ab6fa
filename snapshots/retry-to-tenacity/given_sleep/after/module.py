import time

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed


def fetch(call, sleep):
    for attempt in Retrying(
        stop=stop_after_attempt(3),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(ConnectionError),
        sleep=sleep,
        reraise=True,
    ):
        with attempt:
            return call()


def pause(seconds):
    time.sleep(seconds)


def run(call):
    return fetch(call, pause)
