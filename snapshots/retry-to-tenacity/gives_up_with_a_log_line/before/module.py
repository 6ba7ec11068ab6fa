import logging
import time

logger = logging.getLogger(__name__)
LIMIT = 3


class Unavailable(Exception):
    pass


def is_transient(error: Exception) -> bool:
    logger.debug("asked about %s", error)
    return not isinstance(error, TimeoutError)


class Client:
    def __init__(self, call):
        self.call = call
        self.name = "client"

    def fetch(self) -> object:
        for attempt in range(LIMIT):
            try:
                return self.call()
            except OSError as error:
                if not is_transient(error):
                    raise
                if attempt == LIMIT - 1:
                    logger.error("%s: gave up: %s", self.name, error)
                    raise Unavailable(self.name) from error
                time.sleep(1)


def run(call):
    return Client(call).fetch()
