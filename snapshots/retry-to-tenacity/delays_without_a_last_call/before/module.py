import logging
import time

logger = logging.getLogger(__name__)


DELAYS = (1, 5, 10)


def fetch(call):
    for delay in DELAYS:
        try:
            return call()
        except ConnectionError as error:
            logger.warning("%s; sleeping", error)
            time.sleep(delay)
    raise RuntimeError("no answer")
