from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed


class Denied(OSError):
    pass


def fetch(call):
    last = ""
    for attempt in Retrying(
        stop=stop_after_attempt(3),
        wait=wait_fixed(1),
        retry=retry_if_exception(
            lambda error: isinstance(error, OSError) and not isinstance(error, Denied)
        ),
        retry_error_callback=lambda _: None,
    ):
        with attempt:
            try:
                call()
            except OSError as error:
                last = str(error)
                raise
            return "done"
    print(f"gave up: {last}")
    raise RuntimeError(last)
