import logging

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


def log_fetch_failure(retry_state):
    logger.info("failed: %s", retry_state.outcome.exception())


@retry(
    stop=stop_after_attempt(3),
    wait=wait_fixed(1),
    retry=retry_if_exception_type(ConnectionError),
    after=log_fetch_failure,
    retry_error_callback=lambda _: None,
)
def fetch(call):
    return call()
