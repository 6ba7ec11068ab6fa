import logging
import random
import time

logger = logging.getLogger(__name__)
DEADLOCK_RETRIES = 2


class StoreError(Exception):
    def __init__(self, status):
        super().__init__(f"status {status}")
        self.status = status


def insert(call, *values):
    for attempt in range(DEADLOCK_RETRIES + 1):
        try:
            return call(*values)
        except StoreError as error:
            # Another replica was faster.
            if error.status == 404:
                logger.debug("a concurrent insert")
                return None
            is_deadlock = error.status == 503 and "status" in str(error).lower()
            if not is_deadlock or attempt >= DEADLOCK_RETRIES:
                raise
            pause = (2**attempt) - 1
            pause += random.uniform(0, 1)
            time.sleep(pause)


def run(call):
    return insert(call, "lease", 1)
