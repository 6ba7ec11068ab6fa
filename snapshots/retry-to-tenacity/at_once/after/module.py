from tenacity import retry, retry_if_exception_type, stop_after_attempt


@retry(
    stop=stop_after_attempt(3),
    retry=retry_if_exception_type(ConnectionError),
    sleep=lambda _: None,
    reraise=True,
)
def fetch(call):
    return call()
