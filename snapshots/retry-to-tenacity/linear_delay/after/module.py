from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_incrementing,
)


@retry(
    stop=stop_after_attempt(4),
    wait=wait_incrementing(start=5, increment=5),
    retry=retry_if_exception_type(ConnectionError),
    reraise=True,
)
def fetch(call):
    return call()
