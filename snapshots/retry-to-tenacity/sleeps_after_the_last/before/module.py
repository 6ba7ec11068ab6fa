import logging
import time

logger = logging.getLogger(__name__)


def fetch(call):
    for _ in range(3):
        try:
            return call()
        except ConnectionError as error:
            logger.info("failed: %s", error)
            time.sleep(1)
