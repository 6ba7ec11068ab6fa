from tenacity import retry, retry_if_result, stop_after_attempt, wait_fixed


@retry(
    stop=stop_after_attempt(4),
    wait=wait_fixed(0.5),
    retry=retry_if_result(lambda answer: answer is None),
    retry_error_callback=lambda _: None,
)
def fetch(call):
    return call()
