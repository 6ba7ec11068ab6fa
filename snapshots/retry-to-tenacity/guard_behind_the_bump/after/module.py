import logging

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


MAX_RETRIES = 2


def fetch(call):
    def log_retry(retry_state):
        logger.warning("retry %d of %d", retry_state.attempt_number, MAX_RETRIES)

    try:
        for attempt in Retrying(
            stop=stop_after_attempt(MAX_RETRIES + 1),
            wait=wait_fixed(1),
            retry=retry_if_exception_type(ConnectionError),
            before_sleep=log_retry,
            reraise=True,
        ):
            with attempt:
                return call()
    except ConnectionError as error:
        logger.error("giving up: %s", error)
        raise
