from tenacity import retry, retry_if_exception, stop_after_attempt, wait_fixed


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(1),
    retry=retry_if_exception(
        lambda error: isinstance(error, OSError) and not isinstance(error, TimeoutError)
    ),
    reraise=True,
)
def fetch(call):
    try:
        return call()
    except OSError as error:
        print(f"failed: {error}")
        raise
