from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

MOST = 3


def setting():
    return "setting"


for attempt in Retrying(
    stop=stop_after_attempt(MOST),
    wait=wait_fixed(0.5),
    retry=retry_if_exception_type(OSError),
    reraise=True,
):
    with attempt:
        value = setting()


def fetch(call):
    return call(value)
