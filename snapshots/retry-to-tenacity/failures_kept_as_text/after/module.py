from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed


def fetch(call):
    last = ""
    for attempt in Retrying(
        stop=stop_after_attempt(3),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(OSError),
        retry_error_callback=lambda _: None,
    ):
        with attempt:
            try:
                return call()
            except OSError as error:
                last = str(error)
                raise
    return f"gave up: {last}"
