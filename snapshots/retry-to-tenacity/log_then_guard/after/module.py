import logging

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


MAX_ATTEMPTS = 3


def log_fetch_failure(retry_state):
    logger.warning(
        "attempt %d of %d failed: %s",
        retry_state.attempt_number,
        MAX_ATTEMPTS,
        retry_state.outcome.exception(),
    )


@retry(
    stop=stop_after_attempt(MAX_ATTEMPTS),
    wait=wait_fixed(1),
    retry=retry_if_exception_type((ConnectionError, TimeoutError)),
    after=log_fetch_failure,
    reraise=True,
)
def fetch(call):
    return call()
