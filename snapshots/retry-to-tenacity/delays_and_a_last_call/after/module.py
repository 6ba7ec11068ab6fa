from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_chain,
    wait_fixed,
)


@retry(
    stop=stop_after_attempt(4),
    wait=wait_chain(wait_fixed(1), wait_fixed(2), wait_fixed(4)),
    retry=retry_if_exception_type(ConnectionError),
    reraise=True,
)
def fetch(call):
    return call()
