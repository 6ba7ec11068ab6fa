import logging

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


class GaveUp(Exception):
    pass


def fetch(call):
    for attempt in Retrying(
        stop=stop_after_attempt(3),
        wait=wait_fixed(1),
        retry=retry_if_exception_type(ConnectionError),
        retry_error_callback=lambda _: None,
    ):
        with attempt:
            answer = call()
            break
    else:
        raise GaveUp("no answer after 3 attempts")
    return answer
