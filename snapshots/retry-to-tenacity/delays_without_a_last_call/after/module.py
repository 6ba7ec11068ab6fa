import logging

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_chain,
    wait_fixed,
)

logger = logging.getLogger(__name__)


DELAYS = (1, 5, 10)


def fetch(call):
    def log_failure(retry_state):
        logger.warning("%s; sleeping", retry_state.outcome.exception())

    for attempt in Retrying(
        stop=stop_after_attempt(len(DELAYS)),
        wait=wait_chain(*map(wait_fixed, DELAYS)),
        retry=retry_if_exception_type(ConnectionError),
        after=log_failure,
        retry_error_callback=lambda _: None,
    ):
        with attempt:
            return call()
    raise RuntimeError("no answer")
