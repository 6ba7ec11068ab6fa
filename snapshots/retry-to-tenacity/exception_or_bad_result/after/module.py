from tenacity import (
    retry,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
    wait_fixed,
)


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(1),
    retry=(
        retry_if_exception_type(ConnectionError)
        | retry_if_result(lambda answer: answer == 500)
    ),
    retry_error_callback=lambda retry_state: retry_state.outcome.result(),
)
def fetch(call):
    return call()
