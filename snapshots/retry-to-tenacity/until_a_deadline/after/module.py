from tenacity import Retrying, retry_if_exception_type, stop_before_delay, wait_fixed


def fetch(call, timeout=10):
    for attempt in Retrying(
        stop=stop_before_delay(timeout),
        wait=wait_fixed(3),
        retry=retry_if_exception_type(ConnectionError),
        retry_error_callback=lambda _: None,
    ):
        with attempt:
            return call()
    raise TimeoutError("no answer in time")
