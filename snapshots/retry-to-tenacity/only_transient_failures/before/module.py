import logging
import time

logger = logging.getLogger(__name__)


class HttpError(Exception):
    def __init__(self, status):
        super().__init__(f"status {status}")
        self.status = status


def fetch(call):
    for attempt in range(3):
        try:
            return call()
        except HttpError as error:
            if error.status < 500 or attempt == 2:
                raise
            time.sleep(1)
