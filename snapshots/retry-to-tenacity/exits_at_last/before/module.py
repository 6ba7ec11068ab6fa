import logging
import sys
import time

logger = logging.getLogger(__name__)


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError as error:
            logger.error("attempt %d: %s", attempt + 1, error)
            if attempt == 2:
                sys.exit(1)
            time.sleep(min(2**attempt, 16))
