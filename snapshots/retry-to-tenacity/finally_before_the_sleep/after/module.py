from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(1),
    retry=retry_if_exception_type(ConnectionError),
    reraise=True,
)
def fetch(call):
    try:
        return call()
    finally:
        print("closed")
