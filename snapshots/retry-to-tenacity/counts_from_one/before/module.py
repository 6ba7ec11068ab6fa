import logging
import time

logger = logging.getLogger(__name__)


ATTEMPTS = 3


def run(call):
    for number in range(1, ATTEMPTS + 1):
        try:
            return call(timeout=5)
        except ConnectionError as error:
            if number == ATTEMPTS:
                raise
            print(f"attempt {number} of {ATTEMPTS}: {error}")
            time.sleep(2)
