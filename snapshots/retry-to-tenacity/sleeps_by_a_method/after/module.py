import time

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)


class Client:
    def __init__(self, call):
        self.call = call

    def _sleep(self, seconds):
        time.sleep(seconds)

    def get(self):
        for attempt in Retrying(
            stop=stop_after_attempt(3),
            wait=wait_exponential(),
            retry=retry_if_exception_type(ConnectionError),
            sleep=self._sleep,
            reraise=True,
        ):
            with attempt:
                return self.call()


def fetch(call):
    return Client(call).get()
