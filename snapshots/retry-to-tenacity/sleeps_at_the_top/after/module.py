import logging

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


def log_fetch_failure(retry_state):
    logger.warning(
        "attempt %d: %s",
        retry_state.attempt_number - 1,
        retry_state.outcome.exception(),
    )


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(2),
    retry=retry_if_exception_type(ConnectionError),
    after=log_fetch_failure,
    reraise=True,
)
def fetch(call):
    return call()
