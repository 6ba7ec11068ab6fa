import logging
import time

logger = logging.getLogger(__name__)


def fetch(call):
    for attempt in range(4):
        try:
            return call()
        except ConnectionError as error:
            if attempt == 3:
                raise
            delay = 2**attempt
            logger.warning("%s; again in %s seconds", error, delay)
            time.sleep(delay)
