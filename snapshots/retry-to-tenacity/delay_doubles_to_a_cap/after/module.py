from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

MAX_DELAY = 5


@retry(
    stop=stop_after_attempt(6),
    wait=wait_exponential(max=MAX_DELAY),
    retry=retry_if_exception_type(ConnectionError),
    reraise=True,
)
def fetch(call):
    return call()
