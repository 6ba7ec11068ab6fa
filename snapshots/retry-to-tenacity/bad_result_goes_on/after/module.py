from tenacity import (
    Retrying,
    TryAgain,
    retry_if_exception_type,
    stop_after_attempt,
    wait_fixed,
)


def fetch(call):
    prefix = "got "
    for attempt in Retrying(
        stop=stop_after_attempt(3),
        wait=wait_fixed(2),
        retry=retry_if_exception_type(OSError),
        retry_error_callback=lambda _: None,
    ):
        with attempt:
            value = call()
            if value == "R":
                return prefix + value
            print(f"bad result {value} at {attempt.retry_state.attempt_number}")
            raise TryAgain
    print("giving up")
    return None
