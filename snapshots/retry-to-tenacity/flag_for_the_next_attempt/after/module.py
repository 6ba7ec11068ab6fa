from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed


def fetch(call):
    plain = False
    for attempt in Retrying(
        stop=stop_after_attempt(3),
        wait=wait_fixed(0.5),
        retry=retry_if_exception_type(OSError),
        reraise=True,
    ):
        with attempt:
            try:
                value = call("plain") if plain else call()
            except OSError:
                plain = True
                raise
    return value
