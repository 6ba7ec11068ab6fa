import logging

from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

logger = logging.getLogger(__name__)


def log_fetch_retry(retry_state):
    logger.warning(
        "%s; again in %s seconds",
        retry_state.outcome.exception(),
        retry_state.upcoming_sleep,
    )


@retry(
    stop=stop_after_attempt(4),
    wait=wait_exponential(),
    retry=retry_if_exception_type(ConnectionError),
    before_sleep=log_fetch_retry,
    reraise=True,
)
def fetch(call):
    return call()
