from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

CAP = 30


@retry(
    stop=stop_after_attempt(5),
    wait=wait_random_exponential(max=CAP),
    retry=retry_if_exception_type(ConnectionError),
    reraise=True,
)
def fetch(call):
    return call()
