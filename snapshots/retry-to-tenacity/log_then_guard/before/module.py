import logging
import time

logger = logging.getLogger(__name__)


MAX_ATTEMPTS = 3


def fetch(call):
    for attempt in range(MAX_ATTEMPTS):
        try:
            return call()
        except (ConnectionError, TimeoutError) as error:
            logger.warning("attempt %d of %d failed: %s", attempt + 1, MAX_ATTEMPTS, error)
            if attempt == MAX_ATTEMPTS - 1:
                raise
            time.sleep(1)
