import logging
import time

logger = logging.getLogger(__name__)


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except ConnectionError:
            logger.exception("no answer")
            if attempt < 2:
                time.sleep(1)
    return None
