from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed


def fetch(call, retries=2):
    for attempt in Retrying(
        stop=stop_after_attempt(retries + 1),
        wait=wait_fixed(10),
        retry=retry_if_exception_type(ConnectionError),
        reraise=True,
    ):
        with attempt:
            return call()
