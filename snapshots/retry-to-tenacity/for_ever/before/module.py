import logging
import time

logger = logging.getLogger(__name__)


def fetch(call):
    while True:
        try:
            return call()
        except ConnectionError:
            logger.info("not there yet")
            time.sleep(5)
