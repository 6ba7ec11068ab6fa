from tenacity import retry, retry_if_exception_type, stop_after_attempt


@retry(
    stop=stop_after_attempt(6),
    wait=lambda retry_state: 1 if retry_state.attempt_number > 3 else 0,
    retry=retry_if_exception_type(ConnectionError),
    reraise=True,
)
def fetch(call):
    return call()
