from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed


def fetch(call):
    for attempt in Retrying(
        stop=stop_after_attempt(3),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(ConnectionError),
        reraise=True,
    ):
        with attempt:
            answer = call("status")
    return f"got {answer}"
