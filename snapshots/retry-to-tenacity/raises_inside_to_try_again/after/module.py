import logging

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


def log_fetch_retry(retry_state):
    logger.warning("again: %s", retry_state.outcome.exception())


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(1),
    retry=retry_if_exception_type(ConnectionError),
    before_sleep=log_fetch_retry,
    reraise=True,
)
def fetch(call):
    answer = call()
    if answer == 500:
        raise ConnectionError("status 500")
    return answer
