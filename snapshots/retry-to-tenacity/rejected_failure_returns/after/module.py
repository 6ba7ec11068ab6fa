import logging
import random

from tenacity import Retrying, retry_if_exception, stop_after_attempt

logger = logging.getLogger(__name__)
DEADLOCK_RETRIES = 2


class StoreError(Exception):
    def __init__(self, status):
        super().__init__(f"status {status}")
        self.status = status


def insert(call, *values):
    try:
        for attempt in Retrying(
            stop=stop_after_attempt(DEADLOCK_RETRIES + 1),
            wait=lambda retry_state: 2 ** (retry_state.attempt_number - 1) - 1 + random.uniform(0, 1),
            retry=retry_if_exception(
                lambda error: (
                    isinstance(error, StoreError)
                    and error.status != 404
                    and error.status == 503
                    and "status" in str(error).lower()
                )
            ),
            reraise=True,
        ):
            with attempt:
                return call(*values)
    except StoreError as error:
        # Another replica was faster.
        if error.status == 404:
            logger.debug("a concurrent insert")
            return None
        raise


def run(call):
    return insert(call, "lease", 1)
