from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)


@retry(
    stop=stop_after_attempt(3),
    wait=wait_exponential() + wait_random(0, 1),
    retry=retry_if_exception_type(ConnectionError),
    reraise=True,
)
def fetch(call):
    return call()
