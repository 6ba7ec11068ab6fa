import logging
import time

logger = logging.getLogger(__name__)


def fetch(call):
    for attempt in range(3):
        try:
            answer = call()
            if answer == 500:
                raise ConnectionError("status 500")
            return answer
        except ConnectionError as error:
            if attempt == 2:
                raise
            logger.warning("again: %s", error)
            time.sleep(1)
