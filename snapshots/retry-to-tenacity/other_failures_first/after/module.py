from tenacity import (
    Retrying,
    retry_if_exception_type,
    retry_if_not_exception_type,
    stop_after_attempt,
    wait_fixed,
)


def fetch(call):
    try:
        for attempt in Retrying(
            stop=stop_after_attempt(3),
            wait=wait_fixed(1),
            retry=(
                retry_if_exception_type(OSError)
                & retry_if_not_exception_type((TimeoutError, ValueError))
            ),
            reraise=True,
        ):
            with attempt:
                return call()
    except TimeoutError:
        raise
    except ValueError:
        return "bad"
    except OSError as error:
        raise RuntimeError("no answer") from error
