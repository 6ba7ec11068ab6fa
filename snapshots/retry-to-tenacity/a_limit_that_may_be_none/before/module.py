import logging
import time

log = logging.getLogger(__name__)


class Locked(Exception):
    def __init__(self, status):
        super().__init__(status)
        self.status = status


def run(call):
    outcome = []
    for limit in (None, 2):
        try:
            outcome.append(fetch(call, limit))
        except Locked as error:
            outcome.append(error.status)
    return outcome


def fetch(call, max_retries=None):
    if max_retries is None:
        log.info("no limit")
    while True:
        try:
            return call()
        except Locked as error:
            if error.status != 503:
                raise
            if max_retries is not None and max_retries <= 0:
                raise error
            log.debug("waiting")
            time.sleep(2)
            if max_retries is not None:
                max_retries -= 1
