import logging

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_fixed,
)

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
        def give_up(retry_state: RetryCallState) -> None:
            assert retry_state.outcome is not None
            error = retry_state.outcome.exception()
            assert isinstance(error, OSError)
            logger.error("%s: gave up: %s", self.name, error)
            raise Unavailable(self.name) from error

        for attempt in Retrying(
            stop=stop_after_attempt(LIMIT),
            wait=wait_fixed(1),
            retry=retry_if_exception(
                lambda error: isinstance(error, OSError) and is_transient(error)
            ),
            retry_error_callback=give_up,
        ):
            with attempt:
                result = self.call()
        return result


def run(call):
    return Client(call).fetch()
