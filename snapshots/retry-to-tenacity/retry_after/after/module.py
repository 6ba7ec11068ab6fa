from tenacity import retry, retry_if_exception_type, stop_after_attempt


class RateLimited(Exception):
    retry_after = 7


def delay_before_fetch_retry(retry_state):
    error = retry_state.outcome.exception()
    if isinstance(error, RateLimited):
        return error.retry_after
    return 2 ** (retry_state.attempt_number - 1)


@retry(
    stop=stop_after_attempt(3),
    wait=delay_before_fetch_retry,
    retry=retry_if_exception_type((RateLimited, ConnectionError)),
    reraise=True,
)
def fetch(call):
    return call()
