import logging
import time

logger = logging.getLogger(__name__)


MAX_RETRIES = 2


def fetch(call):
    retries = 0
    while True:
        try:
            return call()
        except ConnectionError as error:
            retries += 1
            if retries > MAX_RETRIES:
                logger.error("giving up: %s", error)
                raise
            logger.warning("retry %d of %d", retries, MAX_RETRIES)
            time.sleep(1)
