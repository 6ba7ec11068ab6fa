from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)


@retry(
    stop=stop_after_attempt(4),
    wait=wait_exponential(),
    retry=retry_if_exception_type(ConnectionError),
    reraise=True,
)
def fetch(call):
    """Fetch it, or raise what the last attempt raised."""
    return call()
