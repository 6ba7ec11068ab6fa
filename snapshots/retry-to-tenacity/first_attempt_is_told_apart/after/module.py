from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed


def fetch(call, attempts=3):
    def log_retry(retry_state):
        if retry_state.attempt_number > 1:
            print("sleeping longer")

    for attempt in Retrying(
        stop=stop_after_attempt(attempts),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(OSError),
        before_sleep=log_retry,
        reraise=True,
    ):
        print(f"attempt {attempt.retry_state.attempt_number - 1}")
        with attempt:
            value = call("again") if attempt.retry_state.attempt_number > 1 else call()
    return value
