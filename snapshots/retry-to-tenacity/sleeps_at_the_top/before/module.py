import logging
import time

logger = logging.getLogger(__name__)


def fetch(call):
    for attempt in range(3):
        if attempt > 0:
            time.sleep(2)
        try:
            return call()
        except ConnectionError as error:
            logger.warning("attempt %d: %s", attempt, error)
            if attempt == 2:
                raise
