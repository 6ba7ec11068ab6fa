from tenacity import (
    Retrying,
    TryAgain,
    retry_if_exception_type,
    stop_after_attempt,
    wait_fixed,
)


def fetch(call):
    value = "none"
    try:
        for attempt in Retrying(
            stop=stop_after_attempt(3),
            wait=wait_fixed(1),
            retry=retry_if_exception_type(ConnectionError),
            reraise=True,
        ):
            with attempt:
                value = call()
                if value:
                    break
                raise TryAgain
    except TryAgain:
        pass
    return f"last: {value}"
