import logging

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)


class Connection:
    def __init__(self, call):
        self.call = call

    def reconnect(self):
        logger.info("reconnecting")

    def fetch(self):
        for attempt in Retrying(
            stop=stop_after_attempt(3),
            wait=wait_fixed(1),
            retry=retry_if_exception_type(ConnectionError),
            before_sleep=lambda _: self.reconnect(),
            reraise=True,
        ):
            with attempt:
                return self.call()


def run(call):
    return Connection(call).fetch()
