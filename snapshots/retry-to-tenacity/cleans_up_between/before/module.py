import logging
import time

logger = logging.getLogger(__name__)


class Connection:
    def __init__(self, call):
        self.call = call

    def reconnect(self):
        logger.info("reconnecting")

    def fetch(self):
        for attempt in range(3):
            try:
                return self.call()
            except ConnectionError:
                if attempt == 2:
                    raise
                self.reconnect()
                time.sleep(1)


def run(call):
    return Connection(call).fetch()
