from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed


def fetch(call, patience=5):
    for attempt in Retrying(
        stop=stop_after_delay(patience),
        wait=wait_fixed(2),
        retry=retry_if_exception_type(ConnectionError),
        reraise=True,
    ):
        with attempt:
            return call()
