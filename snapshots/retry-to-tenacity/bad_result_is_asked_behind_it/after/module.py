from tenacity import (
    Retrying,
    TryAgain,
    retry_if_exception_type,
    stop_after_attempt,
    wait_fixed,
)


def check(value):
    return value == "R"


def fetch(call):
    print("starting")
    for attempt in Retrying(
        stop=stop_after_attempt(4),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(ConnectionError),
        retry_error_callback=lambda _: None,
    ):
        with attempt:
            value = call()
            if check(value):
                return value
            raise TryAgain

    raise RuntimeError("nothing came")
