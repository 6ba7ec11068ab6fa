import logging
import sys

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

logger = logging.getLogger(__name__)


def fetch(call):
    def log_failure(retry_state):
        logger.error(
            "attempt %d: %s",
            retry_state.attempt_number,
            retry_state.outcome.exception(),
        )

    try:
        for attempt in Retrying(
            stop=stop_after_attempt(3),
            wait=wait_exponential(max=16),
            retry=retry_if_exception_type(ConnectionError),
            after=log_failure,
            reraise=True,
        ):
            with attempt:
                return call()
    except ConnectionError:
        sys.exit(1)
